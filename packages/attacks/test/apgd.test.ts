import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { apgdSchedule } from "../src/attacks/apgd-schedule.ts";
import { apgd, multiTarget, pgd, runAttack, type Classifier } from "../src/index.ts";
import { linearClassifier, withHook } from "../src/testing/index.ts";

test.each([
  [100, [22, 41, 57, 70, 80, 87, 93, 99]],
  [50, [11, 21, 30, 38, 45]],
  [40, [8, 15, 21, 26, 30, 33, 35, 37, 39]],
  [10, [2, 3, 4, 5, 6, 7, 8, 9]],
])("the checkpoints of %i steps are AutoAttack's", (steps, expected) => {
  const plan = apgdSchedule(steps, "linf");
  expect(plan).toHaveLength(steps);
  expect([...plan.keys()].filter((t) => plan[t]!.checkpoint !== undefined)).toEqual(expected);
  expect([...plan.keys()].filter((t) => plan[t]!.phase !== undefined)).toEqual([0]);
});

test("in L1 the ball shrinks from three times eps in three phases", () => {
  const plan = apgdSchedule(100, "l1");
  expect(plan.map(({ scale }) => scale)).toEqual([
    ...new Array(30).fill(3),
    ...new Array(30).fill(2),
    ...new Array(40).fill(1),
  ]);
  expect([...plan.keys()].filter((t) => plan[t]!.phase !== undefined)).toEqual([0, 30, 60]);
});

test("steps begin at twice eps, keep their momentum, and are halved where the loss does not rise", async () => {
  // A valley: the loss is highest at 0.5, so that steps of 2 eps jump over it and have to be halved.
  const points: number[] = [];
  const ridge: Classifier = {
    inputShape: [1],
    numClasses: 2,
    bounds: { min: 0, max: 1 },
    choosableBackward: false,
    logits: (x) => tf.tidy(() => tf.concat([tf.abs(tf.sub(x, 0.5)), tf.zerosLike(x)], 1) as tf.Tensor2D),
    lossAndGradient(x, ids) {
      points.push(x.dataSync()[0]!);
      return tf.tidy(() => ({
        loss: tf.neg(tf.abs(tf.reshape(tf.sub(x, 0.5), [-1]))) as tf.Tensor1D,
        logits: ridge.logits(x, ids),
        gradient: tf.sign(tf.sub(0.5, x)),
      }));
    },
  };
  const data = { x: tf.tensor2d([[0.45]]), labels: Int32Array.of(0) };
  const threat = { norm: "linf", eps: 0.2 } as const;
  const start = tf.tensor2d([[0.3]]);
  await runAttack(apgd({ steps: 40 }), ridge, data, { threat, seed: 0, start });
  expect(points[0]).toBeCloseTo(0.3, 6);
  // 0.3 + 0.4, projected to 0.45 + 0.2.
  expect(points[1]).toBeCloseTo(0.65, 6);
  // 0.65 - 0.4, projected to 0.25; then three quarters of the way, and a quarter of the step before.
  expect(points[2]).toBeCloseTo(0.65 + 0.75 * (0.25 - 0.65) + 0.25 * (0.65 - 0.3), 6);
  const far = (from: number, to: number): number => Math.max(...points.slice(from, to).map((x) => Math.abs(x - 0.5)));
  expect(far(33, 40)).toBeLessThan(far(1, 8) / 4);
});

/** Three wrong classes: the likeliest has the farthest border. */
const weights = [
  [0, 0],
  [0.2, 0],
  [-4, 0],
  [0, 1],
];
const bias = [1, 0.8, -1.6, 0.2];
const classifier = linearClassifier(weights, bias);

test.each([
  ["logit", [1, 3, 2]],
  ["distance", [3, 2, 1]],
] as const)("targets in the order of %s", async (order, expected) => {
  // Of each call, how many gradients.
  const asked: number[] = [];
  const watched = withHook(classifier, (kind, x) => {
    if (kind === "lossAndGradient") asked.push(x.shape[0]!);
  });
  const data = { x: tf.tensor2d([[0.1, 0.1]]), labels: Int32Array.of(0) };
  const seen: number[] = [];
  const attack = multiTarget(pgd({ steps: 1, randomStart: false, stepSize: "1 eps" }), { targets: 3, order });
  const result = await runAttack(attack, watched, data, {
    threat: { norm: "l2", eps: 1e-3 },
    seed: 0,
    trace: Int32Array.of(0),
  });
  expect(result.success[0]).toBe(0);
  // Each run asks for a gradient at the input, then about its last point, which lies towards its target.
  const ends = result.trace.filter(({ distance }) => distance > 5e-4);
  expect(ends).toHaveLength(3);
  for (const end of ends) {
    const gains = [1, 2, 3].map((target) => {
      const difference = weights[target]!.map((weight, i) => weight - weights[0]![i]!);
      return { target, margin: marginAfter(difference) };
    });
    const nearest = gains.sort((a, b) => Math.abs(a.margin - end.margin) - Math.abs(b.margin - end.margin))[0]!;
    seen.push(nearest.target);
  }
  expect(seen).toEqual(expected);
  // The first class alone, then the others side by side.
  expect(asked).toEqual([...(order === "distance" ? [1, 1, 1] : []), 1, 2]);
});

/** The untargeted margin after a step of 1e-3 that raises one class over class 0. */
function marginAfter(difference: readonly number[]): number {
  const size = Math.hypot(...difference);
  const x = [0.1, 0.1].map((value, i) => value + (1e-3 * difference[i]!) / size);
  const scores = weights.map((row, k) => row[0]! * x[0]! + row[1]! * x[1]! + bias[k]!);
  return Math.max(...scores.slice(1)) - scores[0]!;
}
