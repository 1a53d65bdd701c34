import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { differentiate, perSampleLoss, type Goal, type LossName } from "../src/index.ts";
import { verdictsOf } from "../src/losses/verdict.ts";

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

test("verdicts are the margin and the class of highest score, to the bit", () => {
  const logits = keyedRandom(0, "logits").normal(new Float32Array(40));
  const rows = Array.from({ length: 8 }, (_, row) => [...logits.subarray(row * 5, row * 5 + 5)]);
  const own = Int32Array.from(rows, (_, row) => row % 5);
  for (const goal of [
    { kind: "untargeted", labels: own },
    { kind: "targeted", labels: own, targets: own.map((label) => (label + 1) % 5) },
  ] as const) {
    const [margins] = lossAndGradient("margin", goal, rows);
    const verdicts = verdictsOf(logits, goal);
    expect(verdicts.map(({ margin }) => margin)).toEqual(margins);
    expect(verdicts.map(({ predicted }) => predicted)).toEqual(rows.map((row) => row.indexOf(Math.max(...row))));
  }
});

test("one score that is not finite spoils the verdict on its sample, though the margin would not show it", () => {
  const logits = Float32Array.of(1, 2, -Infinity, 3, 1, 2, Number.NaN, 1, 2);
  expect(verdictsOf(logits, { kind: "untargeted", labels: Int32Array.of(0, 0, 1) })).toEqual([
    { margin: Number.NaN, predicted: 1 },
    { margin: -1, predicted: 0 },
    { margin: Number.NaN, predicted: 2 },
  ]);
});

test("the gradient of cross-entropy can be differentiated: its curvature is diag(p) - p p^T", () => {
  const z = tf.tensor2d(scores);
  const direction = tf.tensor2d([
    [0.3, -1, 0.5],
    [1, 0.2, -0.4],
  ]);
  for (const [goal, sign] of [
    [{ kind: "untargeted", labels }, 1],
    [{ kind: "targeted", labels, targets }, -1],
  ] as const) {
    const loss = perSampleLoss("cross-entropy", goal);
    const slope = tf.grad((logits) => tf.sum(loss(logits as tf.Tensor2D)));
    const found = tf.grad((logits) => tf.sum(tf.mul(slope(logits), direction)))(z);
    const p = tf.softmax(z);
    const along = tf.sum(tf.mul(p, direction), 1, true);
    const expected = tf.mul(tf.mul(p, tf.sub(direction, along)), sign);
    expect(found.dataSync()).toBeAllclose(expected.dataSync(), { rtol: 1e-5, atol: 1e-7 });
  }
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

/** Central differences: the losses are smooth away from ties. */
function slopes(name: LossName, goal: Goal, logits: number[][]): number[][] {
  const h = 1e-2;
  return logits.map((row, r) =>
    row.map((_, c) => {
      const moved = [h, -h].map((step) => logits.map((z, i) => z.map((v, j) => (i === r && j === c ? v + step : v))));
      const [up, down] = moved.map((z) => lossAndGradient(name, goal, z)[0][r]!);
      return (up! - down!) / (2 * h);
    }),
  );
}

describe("difference of logits ratio", () => {
  // The label ranks first, second, third and last.
  const logits = [
    [4, 1, 2.5, -1, 0.5],
    [1, 4, 0.25, -1, 0.5],
    [1.5, 4, 2.5, -1, 0.5],
    [-2, 4, 2.5, -1, 0.5],
  ];
  const four = new Int32Array(4);
  const goals: readonly Goal[] = [
    { kind: "untargeted", labels: four },
    { kind: "targeted", labels: four, targets: Int32Array.of(1, 2, 3, 4) },
  ];

  test("values computed by hand", () => {
    const [untargeted, targeted] = goals.map((goal) => lossAndGradient("dlr", goal, logits)[0]);
    expect(untargeted).toBeAllclose([-(4 - 2.5) / (4 - 1), 3 / (4 - 0.5), 2.5 / 2.5, 6 / (4 - 0.5)]);
    expect(targeted).toBeAllclose([-3 / (4 - 0.75), -0.75 / (4 - 0.375), -2.5 / (4 - 1), 2.5 / (4 - -0.25)]);
  });

  test("its gradient is that of finite differences, and it is blind to shift and scale", () => {
    for (const goal of goals) {
      const [loss, gradient] = lossAndGradient("dlr", goal, logits);
      expect(gradient).toBeAllclose(slopes("dlr", goal, logits), { rtol: 1e-2, atol: 1e-3 });
      const other = logits.map((row) => row.map((z) => 3 * z + 7));
      expect(lossAndGradient("dlr", goal, other)[0]).toBeAllclose(loss, { rtol: 1e-5 });
    }
  });

  test("with too few classes for a ratio it is the margin", () => {
    const two = logits.map((row) => row.slice(0, 2));
    const three = logits.map((row) => row.slice(0, 3));
    const targeted: Goal = { kind: "targeted", labels: four, targets: Int32Array.of(1, 1, 2, 2) };
    expect(lossAndGradient("dlr", goals[0]!, two)).toEqual(lossAndGradient("margin", goals[0]!, two));
    expect(lossAndGradient("dlr", targeted, three)).toEqual(lossAndGradient("margin", targeted, three));
    expect(lossAndGradient("dlr", goals[0]!, three)).not.toEqual(lossAndGradient("margin", goals[0]!, three));
  });
});

test("probability margin", () => {
  const [untargeted, gradient] = lossAndGradient("probability-margin", { kind: "untargeted", labels });
  const [targeted] = lossAndGradient("probability-margin", { kind: "targeted", labels, targets });
  const p = scores.map((row) => {
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    return row.map((z) => Math.exp(z) / total);
  });
  expect(untargeted).toBeAllclose([p[0]![1]! - p[0]![0]!, p[1]![0]! - p[1]![2]!]);
  expect(targeted).toBeAllclose([p[0]![2]! - p[0]![1]!, p[1]![0]! - p[1]![2]!]);
  const goal: Goal = { kind: "untargeted", labels };
  expect(gradient).toBeAllclose(slopes("probability-margin", goal, scores), { rtol: 1e-2, atol: 1e-3 });
});

test("the gradient of cross-entropy does not vanish for a model that is sure", () => {
  const goal: Goal = { kind: "untargeted", labels: Int32Array.of(0) };
  const [, gradient] = lossAndGradient("cross-entropy", goal, [[20, 0, -1]]);
  expect(gradient[0]![1]! / Math.exp(-20)).toBeCloseTo(1, 3);
});
