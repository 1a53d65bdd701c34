import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import {
  boundary,
  defineSearch,
  hopSkipJump,
  minimumNorm,
  multiTarget,
  runAttack,
  simba,
  square,
  type AttackLike,
} from "../src/index.ts";
import { linearClassifier, linearProblem, withHook } from "../src/testing/index.ts";

/** Class 0 on the left; three samples, nearer and farther. */
const classifier = linearClassifier(
  [
    [-1, 0],
    [1, 0],
  ],
  [0.5, -0.5],
);
const data = {
  x: tf.tensor2d([
    [0.45, 0.5],
    [0.3, 0.5],
    [0.1, 0.5],
  ]),
  labels: new Int32Array(3),
};
const threat = { norm: "linf", eps: 0.25 } as const;

const common = {
  id: "test/search",
  version: "1.0.0",
  norms: ["linf"],
  goals: ["untargeted"],
  stochastic: false,
  params: {},
  queries: () => 3,
} as const;

test("a search is told losses or decisions, of the points as they were asked", async () => {
  const told: [number[], number[]][] = [];
  for (const access of ["score", "label"] as const) {
    const attack = defineSearch({
      ...common,
      access,
      *search({ x, eps }) {
        const far = x.map((value) => value + 2 * eps);
        for (const inside of [false, true]) {
          const { points, values } = yield { points: [far, x], inside };
          if (x[0]! < 0.2) told.push([[...points[0]!, ...points[1]!], [...values]]);
        }
      },
    });
    await runAttack(attack, classifier, data, { threat, seed: 0 });
  }
  const [free, inside] = [
    [0.6, 1, 0.1, 0.5],
    [0.35, 0.75, 0.1, 0.5],
  ];
  // The margin is 2 a - 1.
  expect(told).toHaveLength(4);
  for (const [i, [points, values]] of [
    [free, [0.2, -0.8]],
    [inside, [-0.3, -0.8]],
    [free, [1, 0]],
    [inside, [0, 0]],
  ].entries()) {
    expect(told[i]![0]).toBeAllclose(points!, { atol: 1e-6 });
    expect(told[i]![1]).toBeAllclose(values!, { atol: 1e-6 });
  }
});

test("the points of all samples that are left go into one call; a search that ends leaves the others", async () => {
  const calls: number[] = [];
  const watched = withHook(classifier, (_kind, x) => calls.push(x.shape[0]!));
  const attack = defineSearch({
    ...common,
    access: "score",
    *search({ x }) {
      // The farther a sample, the longer it searches: two points, one, ....
      for (let i = 0; i < (x[0]! < 0.2 ? 3 : 2); i++) {
        yield { points: i === 0 ? [x, x.map((value) => value + 0.1)] : [x], inside: true };
      }
    },
  });
  const { success, queries } = await runAttack(attack, watched, data, { threat, seed: 0 });
  expect([...success]).toEqual([1, 0, 0]);
  expect([...queries]).toEqual([2, 3, 4]);
  // Before; two of three, then of those that still stand; to verify.
  expect(calls).toEqual([3, 6, 2, 1, 3]);
});

test.each([
  ["square", square({ queries: 60, rescale: true }), "l2", 1.3],
  ["simba", simba({ queries: 60, stepSize: "0.5 eps" }), "linf", 1.1],
] as const)("in balls of different sizes: %s", async (_name, attack, norm, factor) => {
  const problem = linearProblem(3, { samples: 4, classes: 2, norm });
  const x = tf.tensor4d(Float32Array.from(problem.inputs.flatMap((each) => [...each])), [4, 4, 3, 1]);
  const options = { threat: { norm, eps: Infinity }, seed: 0, aim: "nearest" } as const;
  const samples = { x, labels: problem.labels };
  const { success, distance } = await runAttack(minimumNorm(attack), problem.classifier, samples, options);
  expect([...success]).toEqual([1, 1, 1, 1]);
  for (const [row, optimum] of problem.optima.entries()) expect(distance[row]! / optimum).toBeLessThan(2 * factor);
});

test("attacks by decisions begin where they are told, or at random images", async () => {
  // Only a corner that no random image meets is class 1.
  const corner = linearClassifier(
    [
      [0, 0],
      [1, 1],
    ],
    [0, -1.999],
  );
  const options = { threat: { norm: "l2", eps: Infinity }, seed: 0, aim: "nearest" } as const;
  for (const attack of [boundary({ steps: 30, draws: 12 }), hopSkipJump({ steps: 2, draws: 12 })]) {
    const lost = await runAttack(attack, corner, data, options);
    expect([...lost.success]).toEqual([0, 0, 0]);
    expect([...lost.queries]).toEqual([12, 12, 12]);
    const start = tf.ones([3, 2]);
    const found = await runAttack(attack, corner, data, { ...options, start });
    expect([...found.success]).toEqual([1, 1, 1]);
  }
});

test("what ranks classes needs to see scores", async () => {
  const refused = async (attack: AttackLike): Promise<void> =>
    void (await runAttack(attack, classifier, data, { threat: { norm: "l2", eps: 0.3 }, seed: 0 }));
  await expect(refused(multiTarget(hopSkipJump))).rejects.toThrow('kwta/hop-skip-jump, which has "label"');
  await expect(refused(multiTarget(square, { order: "distance" }))).rejects.toThrow('kwta/square, which has "score"');
});
