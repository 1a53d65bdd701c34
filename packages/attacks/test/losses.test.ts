import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { differentiate, perSampleLoss, type Goal, type LossName } from "../src/index.ts";
import { verdict } from "../src/runtime/verdict.ts";

const labels = Int32Array.of(0, 2);
const targets = Int32Array.of(2, 0);
const scores = [
  [1, 3, -2],
  [-5, -7, -6],
];

function lossAndGradient(name: LossName, goal: Goal, logits: number[][] = scores): [number[], number[][]] {
  return tf.tidy(() => {
    const { loss, gradient } = differentiate((x) => x as tf.Tensor2D, tf.tensor2d(logits), perSampleLoss(name, goal));
    return [Array.from(loss.dataSync()), gradient.arraySync() as number[][]];
  });
}

test("margin", () => {
  const [untargeted, up] = lossAndGradient("margin", { kind: "untargeted", labels });
  expect(untargeted).toEqual([3 - 1, -5 - -6]);
  expect(up).toEqual([
    [-1, 1, 0],
    [1, 0, -1],
  ]);
  const [targeted] = lossAndGradient("margin", { kind: "targeted", labels, targets });
  expect(targeted).toEqual([-2 - 3, -5 - -6]);
});

test("one score that is not finite spoils the verdict on its sample, though the margin would not show it", () => {
  const logits = tf.tensor2d([
    [1, 2, -Infinity],
    [3, 1, 2],
  ]);
  const found = tf.tidy(() => verdict(logits, { kind: "untargeted", labels: Int32Array.of(0, 0) }).arraySync());
  expect(found).toEqual([
    [Number.NaN, -1],
    [1, 0],
  ]);
});

test("cross-entropy", () => {
  const logSumExp = scores.map((row) => Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)));
  const [untargeted] = lossAndGradient("cross-entropy", { kind: "untargeted", labels });
  const [targeted] = lossAndGradient("cross-entropy", { kind: "targeted", labels, targets });
  for (const i of [0, 1]) {
    expect(untargeted[i]).toBeCloseTo(logSumExp[i]! - scores[i]![labels[i]!]!, 5);
    expect(targeted[i]).toBeCloseTo(scores[i]![targets[i]!]! - logSumExp[i]!, 5);
  }
});

test("the gradient of cross-entropy does not vanish for a model that is sure", () => {
  const goal: Goal = { kind: "untargeted", labels: Int32Array.of(0) };
  const [, gradient] = lossAndGradient("cross-entropy", goal, [[20, 0, -1]]);
  expect(gradient[0]![1]! / Math.exp(-20)).toBeCloseTo(1, 3);
});
