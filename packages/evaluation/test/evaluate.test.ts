import "@tensorflow/tfjs-backend-cpu";
import { layersClassifier, threatModel, type Classifier } from "@kwta/attacks";
import { AbortedError, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { evaluate, quickProtocol, type EvaluationPart, type Samples } from "../src/index.ts";

const N = 24;
const DIMENSIONS = 6;
// The weights of the first class sum to 0, so that gray points lie near the border; those of the second are 0.
const normal = keyedRandom(1, "weights").normal(new Float32Array(DIMENSIONS));
const mean = normal.reduce((sum, value) => sum + value, 0) / DIMENSIONS;
const weights = Float32Array.from({ length: DIMENSIONS * 2 }, (_, i) => (i % 2 === 0 ? normal[i / 2]! - mean : 0));
const protocol = quickProtocol({
  steps: 30,
  temperatures: [0.1, 0.2],
  estimateSamples: 8,
  estimateLadder: [[20, 100]],
});
const EPSILONS = [0.01, 0.02, 0.04, 0.08, 0.25];

/** Two classes, score w.x: the smallest Linf perturbation that changes the answer is known. */
let classifier: Classifier;
let samples: Samples;
let distance: number[];
let wrong: number[];

beforeAll(async () => {
  await tf.setBackend("cpu");
  const model = sequential({ layers: [layers.dense({ inputShape: [DIMENSIONS], units: 2, useBias: false })] });
  model.setWeights([tf.tensor2d(weights, [DIMENSIONS, 2])]);
  classifier = layersClassifier(model);
  // In the middle of the box, so that its borders stop no attack at these eps.
  const values = keyedRandom(1, "x").uniform(new Float32Array(N * DIMENSIONS), 0.3, 0.7);
  const x = tf.tensor2d(values, [N, DIMENSIONS]);
  const difference = Array.from({ length: DIMENSIONS }, (_, j) => weights[2 * j]! - weights[2 * j + 1]!);
  const norm = difference.reduce((sum, d) => sum + Math.abs(d), 0);
  const gaps = Array.from({ length: N }, (_, i) => {
    return difference.reduce((sum, d, j) => sum + d * values[i * DIMENSIONS + j]!, 0);
  });
  // Two labels are wrong on purpose: clean errors.
  wrong = [3, 17];
  const labels = Int32Array.from(gaps, (gap, i) => (gap > 0 !== wrong.includes(i) ? 0 : 1));
  distance = gaps.map((gap, i) => (wrong.includes(i) ? 0 : Math.abs(gap) / norm));
  samples = { x, labels, ids: Int32Array.from({ length: N }, (_, i) => i + 100) };
});

/** What no attack may beat and a good one reaches, for a linear classifier. */
const optimum = (eps: number): number => distance.filter((d) => d > eps).length;

test("counts are those of the closed form: clean, each attack, worst case, curve", async () => {
  const before = tf.memory().numTensors;
  const result = await evaluate(classifier, samples, {
    protocol,
    threat: threatModel({ norm: "linf", eps: 0.04 }),
    epsilons: EPSILONS,
    batchSize: 7,
  });
  expect(tf.memory().numTensors).toBe(before);
  expect(result.cleanErrors).toEqual(wrong);
  expect(result.clean.count).toBe(N - wrong.length);
  const [pgd, gate, estimate] = result.entries;
  expect(pgd!.accuracy.count).toBe(optimum(0.04));
  expect(gate!.accuracy.count).toBe(optimum(0.04));
  expect(pgd!.successRate).toMatchObject({ n: N - wrong.length, count: N - wrong.length - optimum(0.04) });
  expect(estimate!.n).toBe(8);
  expect(result.robust.count).toBe(optimum(0.04));
  for (const curve of result.curves) {
    expect(curve.points.map(({ eps }) => eps)).toEqual([0, ...EPSILONS]);
    expect(curve.points.map(({ accuracy }) => accuracy.count)).toEqual([0, ...EPSILONS].map(optimum));
  }
  expect(optimum(0.01)).toBeGreaterThan(optimum(0.04));
  expect(optimum(0.04)).toBeGreaterThan(optimum(0.25));
});

test("stopped anywhere and resumed, it gives the same report", async () => {
  const options = { protocol, threat: threatModel({ norm: "linf", eps: 0.04 }), epsilons: EPSILONS };
  const timeless = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, v) => (key === "seconds" ? 0 : v)));
  const straight = await evaluate(classifier, samples, options);
  const parts: EvaluationPart[] = [];
  for (let stopAfter = 1; stopAfter <= 5; stopAfter++) {
    const stop = new AbortController();
    const onPart = async (part: EvaluationPart): Promise<void> => {
      parts.push(part);
      stop.abort();
    };
    const run = evaluate(classifier, samples, { ...options, done: [...parts], onPart, signal: stop.signal });
    if (stopAfter < 5) await expect(run).rejects.toThrow(AbortedError);
    else expect(timeless(await run)).toEqual(timeless(straight));
    expect(parts).toHaveLength(stopAfter);
  }
});

test("answers that are not numbers are wrong answers", async () => {
  const broken: Classifier = {
    ...classifier,
    logits: (x) => tf.tensor2d(new Float32Array(2 * x.shape[0]!).fill(Number.NaN), [x.shape[0]!, 2]),
  };
  const result = await evaluate(broken, samples, {
    protocol: { id: "none", entries: [] },
    threat: threatModel({ norm: "linf", eps: 0.04 }),
  });
  expect(result.clean.count).toBe(0);
  expect(result.robust.count).toBe(0);
});
