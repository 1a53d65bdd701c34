import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { momentumSgd } from "../src/index.ts";

test("follows the recursion of PyTorch's SGD, and goes on from a saved state", async () => {
  const before = tf.memory().numTensors;
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, -2]), true, "w"));
  const optimizer = momentumSgd([{ name: "w", variable }], { momentum: 0.9, weightDecay: 0.1 });
  let w = [1, -2];
  let v = [0, 0];
  const step = (sgd: typeof optimizer, gradient: number[], rate: number): void => {
    const tensor = tf.tensor1d(gradient);
    sgd.step([tensor], rate);
    tensor.dispose();
    v = v.map((value, i) => 0.9 * value + gradient[i]! + 0.1 * w[i]!);
    w = w.map((value, i) => value - rate * v[i]!);
  };
  step(optimizer, [0.5, 3], 0.1);
  step(optimizer, [-1, 0.25], 0.2);
  const state = await optimizer.state();
  optimizer.dispose();
  const resumed = momentumSgd([{ name: "w", variable }], { momentum: 0.9, weightDecay: 0.1 });
  resumed.restore(state);
  step(resumed, [2, -1], 0.05);
  const result = variable.dataSync();
  for (const [i, value] of w.entries()) expect(result[i]).toBeCloseTo(value, 5);
  resumed.dispose();
  variable.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
