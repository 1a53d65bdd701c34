import "@tensorflow/tfjs-backend-cpu";
import { adaptive, asClassifier, pgd, type CheckedSamples, type Classifier, type Samples } from "@kwta/attacks";
import { AbortedError, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import {
  evaluate,
  floatsFromBase64,
  parseProtocol,
  partsInMemory,
  quick,
  withAttacks,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationPart,
  type PartStore,
  type Protocol,
} from "../src/index.ts";

const N = 24;
const DIMENSIONS = 6;
// The weights of the first class sum to 0, so that gray points lie near the border; those of the second are 0.
const normal = keyedRandom(1, "weights").normal(new Float32Array(DIMENSIONS));
const mean = normal.reduce((sum, value) => sum + value, 0) / DIMENSIONS;
const weights = Float32Array.from({ length: DIMENSIONS * 2 }, (_, i) => (i % 2 === 0 ? normal[i / 2]! - mean : 0));
const protocol = quick({ steps: 30, temperatures: [0.1, 0.2], estimateSamples: 8, estimateLadder: [[20, 100]] });
const EPSILONS = [0.01, 0.02, 0.04, 0.08, 0.25];
const NOTHING: Protocol = { id: "nothing", entries: [] };

/** Two classes, score w.x: the smallest Linf perturbation that changes the answer is known. */
let classifier: Classifier;
let samples: CheckedSamples;
let distance: number[];
let wrong: number[];

beforeAll(async () => {
  await tf.setBackend("cpu");
  const model = sequential({ layers: [layers.dense({ inputShape: [DIMENSIONS], units: 2, useBias: false })] });
  model.setWeights([tf.tensor2d(weights, [DIMENSIONS, 2])]);
  classifier = asClassifier(model);
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
const run = (options: Partial<EvaluateOptions> = {}, of = samples): Promise<Evaluation> =>
  evaluate(classifier, of, { protocol, threat: { norm: "linf", eps: EPSILONS }, probes: 0, ...options });
/** A store, and how many units it holds. */
function counted(): { parts: PartStore; size: () => number } {
  const inner = partsInMemory();
  let count = 0;
  const add = async (key: string, part: EvaluationPart): Promise<void> => {
    await inner.add(key, part);
    count++;
  };
  return { parts: { get: inner.get, add }, size: () => count };
}
const timeless = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, v) => (key === "seconds" ? 0 : v)));

test("counts are those of the closed form: clean, each attack, worst case, at every eps", async () => {
  const before = tf.memory().numTensors;
  const result = await run({ batchSize: 7 });
  expect(tf.memory().numTensors).toBe(before);
  expect(result.cleanErrors).toEqual(wrong);
  expect(result.clean.count).toBe(N - wrong.length);
  expect(result.robust.map(({ eps }) => eps)).toEqual(EPSILONS);
  expect(result.robust.map(({ accuracy }) => accuracy.count)).toEqual(EPSILONS.map(optimum));
  const [pgdResult, gate, estimate] = result.attacks;
  for (const { at } of [pgdResult!, gate!])
    expect(at.map((each) => each.accuracy.count)).toEqual(EPSILONS.map(optimum));
  expect(estimate!.n).toBe(8);
  const third = pgdResult!.at[2]!;
  expect(third.successRate).toMatchObject({ n: N - wrong.length, count: N - wrong.length - optimum(0.04) });
  // What a smaller eps broke is not attacked again.
  expect(third.attacked).toHaveLength(optimum(0.02));
  expect(optimum(0.01)).toBeGreaterThan(optimum(0.04));
  expect(optimum(0.04)).toBeGreaterThan(optimum(0.25));
});

test("what is kept of a stopped evaluation is not done again, and the report is the same", async () => {
  const short = quick({ steps: 8, temperatures: [0.1, 0.2], estimateSamples: 8, estimateLadder: [[3, 20]] });
  const threat = { norm: "linf", eps: [0.02, 0.08] } as const;
  const options = { protocol: short, threat, batchSize: 8, keepImages: 2 };
  const straight = await run(options);
  const { parts, size } = counted();
  const stops: number[] = [];
  for (let isDone = false; !isDone;) {
    const stop = new AbortController();
    const add = async (key: string, part: EvaluationPart): Promise<void> => {
      await parts.add(key, part);
      stop.abort();
    };
    const stopped = run({ ...options, parts: { ...parts, add }, signal: stop.signal });
    const outcome = await stopped.catch((error: unknown) => error);
    stops.push(size());
    if (outcome instanceof AbortedError) continue;
    expect(timeless(outcome)).toEqual(timeless(straight));
    isDone = true;
  }
  // One unit more each time, and in the end none.
  expect(stops).toEqual([...stops.keys()].map((i) => Math.min(i + 1, stops.length - 1)));
  expect(stops.length).toBeGreaterThan(9);
});

describe("what is kept is used by nothing else", () => {
  const eps = 0.04;
  const OTHERS: Readonly<Record<string, () => Promise<[Partial<EvaluateOptions>, CheckedSamples?]>>> = {
    "another seed": async () => [{ seed: 1 }],
    "another eps": async () => [{ threat: { norm: "linf", eps: 0.041 } }],
    "an attack with another parameter": async () => [{ protocol: withAttacks(NOTHING, [entry("pgd", 31)]) }],
    "other samples": async () => [{}, { ...samples, x: tf.tidy(() => tf.add(samples.x, 1e-3)) }],
    "other labels": async () => [{}, { ...samples, labels: samples.labels.map((label) => 1 - label) }],
    "other settings of the backend": async () => [{ environment: { threads: 2 } }],
  };
  const entry = (id: string, steps = 30): Protocol["entries"][number] => ({ id, attack: pgd({ steps }) });

  test.for(Object.entries(OTHERS))("%s", async ([, make]) => {
    const { parts, size } = counted();
    const base = { protocol: withAttacks(NOTHING, [entry("pgd")]), threat: { norm: "linf", eps }, parts } as const;
    await run(base);
    await run({ ...base, batchSize: 5 });
    expect(size()).toBe(1);
    const [changes, of] = await make();
    await run({ ...base, ...changes }, of);
    expect(size()).toBe(2);
  });

  test("a model with other weights", async () => {
    const { parts, size } = counted();
    const { model, ...options } = { model: twoClasses(2), protocol, threat: { norm: "linf", eps }, parts } as const;
    await evaluate(classifier, samples, options);
    const kept = size();
    await evaluate(asClassifier(model), samples, options);
    expect(size()).toBe(2 * kept);
  });
});

test("an expensive attack runs where its protocol says, and counts at every larger eps", async () => {
  const headline = withAttacks({ id: "mine", entries: [] }, [{ id: "pgd", attack: pgd(), eps: [0.04] }]);
  const result = await run({ protocol: headline });
  expect(result.attacks[0]!.at.map(({ eps }) => eps)).toEqual([0.04]);
  const counts = result.robust.map(({ accuracy }) => accuracy.count);
  const clean = N - wrong.length;
  expect(counts).toEqual([clean, clean, optimum(0.04), optimum(0.04), optimum(0.04)]);
});

test("kept images are those that the attack made", async () => {
  const result = await run({ keepImages: 2, threat: { norm: "linf", eps: 0.25 } });
  const images = result.attacks[0]!.at[0]!.images;
  expect(images).toHaveLength(2);
  for (const image of images) {
    const [before, after] = [floatsFromBase64(image.original), floatsFromBase64(image.adversarial)];
    expect(image.id).toBe(image.position + 100);
    expect([...before]).toEqual([...(samples.x.arraySync() as number[][])[image.position]!].map(Math.fround));
    expect(Math.max(...after.map((value, i) => Math.abs(value - before[i]!)))).toBeLessThanOrEqual(0.25 + 1e-6);
    expect(image.predicted).toBe(1 - image.label);
    const score = after.reduce((total, value, j) => total + value * weights[2 * j]!, 0);
    expect(score > 0 ? 0 : 1).toBe(image.predicted);
  }
});

test("answers that are not numbers are wrong answers, and are reported", async () => {
  const broken: Classifier = {
    ...classifier,
    logits: (x) => tf.tensor2d(new Float32Array(2 * x.shape[0]!).fill(Number.NaN), [x.shape[0]!, 2]),
  };
  const result = await evaluate(broken, samples, { protocol: NOTHING, threat: { norm: "linf", eps: 0.04 } });
  expect(result.clean.count).toBe(0);
  expect(result.robust[0]!.accuracy.count).toBe(0);
  expect(result.cleanDiagnostics).toMatchObject([{ kind: "non-finite-logits", count: N }]);
});

test("a layer without a gradient takes down only the attacks that need one", async () => {
  // Nothing is below the threshold, so this is the linear classifier, without its gradient.
  const model = sequential({
    layers: [
      layers.thresholdedReLU({ theta: -1, inputShape: [DIMENSIONS] }),
      layers.dense({ units: 2, useBias: false }),
    ],
  });
  model.setWeights([tf.tensor2d(weights, [DIMENSIONS, 2])]);
  const eps = 0.25;
  const before = tf.memory().numTensors;
  const options = { protocol, threat: { norm: "linf", eps: [0.02, eps] } } as const;
  const { attacks, robust } = await evaluate(asClassifier(model), samples, options);
  expect(tf.memory().numTensors).toBe(before);
  const reason = expect.stringMatching(/no gradient on the backend cpu \(.*Greater/) as string;
  expect(attacks.map(({ id, notRun, at }) => [id, notRun, at.length])).toEqual([
    ["pgd", reason, 0],
    ["gate", reason, 0],
    ["gradient-estimate", undefined, 2],
  ]);
  const broken = distance.slice(0, 8).filter((d) => d <= eps).length;
  expect(robust[1]!.accuracy.count).toBe(N - wrong.length - broken + wrong.filter((i) => i < 8).length);
});

test("scores that a sigmoid has saturated are reported", async () => {
  const options = { inputShape: [DIMENSIONS], numClasses: 2 };
  const saturated = asClassifier((x) => tf.sigmoid(tf.mul(classifier.logits(x, Int32Array.of()), 100)), options);
  const { cleanDiagnostics: diagnostics } = await evaluate(saturated, samples, {
    protocol: NOTHING,
    threat: { norm: "linf", eps: 0.04 },
  });
  expect(diagnostics).toMatchObject([
    { kind: "probabilities", count: N, message: expect.stringMatching(/saturated/) as string },
  ]);
  const logits = await evaluate(classifier, samples, { protocol: NOTHING, threat: { norm: "linf", eps: 0.04 } });
  expect(logits.cleanDiagnostics).toEqual([]);
});

test("the report says what ran, completely enough to run it again", async () => {
  const { protocol: made } = await run({
    protocol: withAttacks(quick({ estimateSamples: 0 }), [{ id: "more", attack: adaptive(pgd()) }]),
    threat: { norm: "linf", eps: 0.25 },
  });
  expect(made.id).toBe("quick@1:estimateSamples=0 + more");
  const again = parseProtocol("quick@1:estimateSamples=0");
  expect(made.entries.slice(0, -1).map(({ id }) => id)).toEqual(again.entries.map(({ id }) => id));
  expect(made.entries[0]!.attack).toMatchObject({ id: "kwta/pgd", params: { steps: 40, restarts: 3 } });
});

describe("bad input is refused with what to do", () => {
  const CASES: Readonly<Record<string, [Partial<EvaluateOptions>, RegExp, Samples?]>> = {
    "an eps that is none": [{ threat: { norm: "linf", eps: "8/0" } }, /8\/0/],
    "no eps": [{ threat: { norm: "linf", eps: [] } }, /at least one/],
    "a norm that is none": [{ threat: { norm: "l3" as "linf", eps: 1 } }, /linf/],
    "no samples in a batch": [{ batchSize: 0 }, /batchSize/],
    "an unknown option": [{ epsilon: 1 } as object, /epsilon/],
    "two attacks of one name": [
      { protocol: withAttacks(quick, [{ id: "pgd", attack: pgd() }]) },
      /"pgd".*name of its own/,
    ],
    "half an image": [{ keepImages: 0.5 }, /keepImages/],
    "a seed that is none": [{ seed: 0.5 }, /seed/],
  };
  test.for(Object.entries(CASES))("%s", async ([, [options, message]]) => {
    await expect(run(options)).rejects.toThrow(message);
  });

  test("labels for other images", async () => {
    await expect(run({}, { ...samples, labels: samples.labels.subarray(1) })).rejects.toThrow(
      /23 labels for 24 images/,
    );
  });

  test("an unknown protocol, version or parameter", () => {
    expect(() => parseProtocol("quik")).toThrow(/quick/);
    expect(() => parseProtocol("quick@9")).toThrow(/quick@1/);
    expect(() => parseProtocol("quick:step=3")).toThrow(/steps/);
  });
});

function twoClasses(scale: number): ReturnType<typeof sequential> {
  const model = sequential({ layers: [layers.dense({ inputShape: [DIMENSIONS], units: 2, useBias: false })] });
  model.setWeights([
    tf.tensor2d(
      weights.map((w) => w * scale),
      [DIMENSIONS, 2],
    ),
  ]);
  return model;
}
