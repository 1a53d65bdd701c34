import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { asClassifier, fmn, runAttack, type Norm } from "../src/index.ts";

test.each(["linf", "l2", "l1"] as const)(
  "FMN in %s is soon over a border that lies behind walls of the box",
  async (norm: Norm) => {
    // Most values are near the wall that they are driven into: of what a linear model promises, they bring next to nothing.
    const d = 40;
    const weights = tf.tensor2d(
      Array.from({ length: d }, () => [-1, 1]),
      [d, 2],
    );
    const inputs = Float32Array.from({ length: d }, (_, i) => (i < 36 ? 0.99 : 0.3));
    const gap = inputs.reduce((sum, value) => sum + 2 * value, 0) + 3;
    const classifier = asClassifier((x) => tf.add(tf.matMul(x as tf.Tensor2D, weights), tf.tensor1d([gap, 0])), {
      inputShape: [d],
      numClasses: 2,
    });
    const result = await runAttack(
      fmn({ steps: 60 }),
      classifier,
      { x: tf.tensor2d(inputs, [1, d]), labels: [0] },
      { threat: { norm, eps: Infinity }, aim: "nearest", seed: 0 },
    );
    expect(result.success[0]).toBe(1);
    // In L2 the way back into the ball takes values off their walls again.
    expect(result.firstSuccessAt[0]).toBeLessThanOrEqual(norm === "l2" ? 60 : 5);
    result.dispose();
  },
);
