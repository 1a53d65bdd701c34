import "@tensorflow/tfjs-backend-cpu";
import { AbortedError, keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import {
  asClassifier,
  blackBox,
  CannotRunError,
  cascade,
  ensemble,
  estimatedGradient,
  gradientEstimate,
  hopSkipJump,
  pgd,
  predict,
  preprocessed,
  quantized,
  runAttack,
  simba,
  square,
  transferFrom,
  type AttackLike,
  type AttackResult,
  type BlackBoxOptions,
  type Classifier,
  type RunAttackOptions,
} from "../src/index.ts";

const SHAPE = [4, 4, 3] as const;
const N = 6;
const SIZE = 48;
const shape = { inputShape: SHAPE, numClasses: 3 };

/** The model here, and the same as something that answers later with numbers alone. */
let near: Classifier;
let x: tf.Tensor;
let labels: Int32Array;

beforeAll(async () => {
  await tf.setBackend("cpu");
  const model = sequential({
    layers: [
      layers.flatten({ inputShape: [...SHAPE] }),
      layers.dense({ units: 8, activation: "tanh" }),
      layers.dense({ units: 3 }),
    ],
  });
  model.setWeights(
    model.getWeights().map(({ shape: of }, i) => {
      return tf.tensor(keyedRandom(3, "weights", i).normal(new Float32Array(tf.util.sizeFromShape(of))), of);
    }),
  );
  near = asClassifier(model);
  x = tf.tensor(keyedRandom(3, "x").uniform(new Float32Array(N * SIZE), 0.2, 0.8), [N, ...SHAPE]);
  labels = Int32Array.from((await predict(near, { x, labels: new Int32Array(N) })).predicted);
});

const logitsOf = (values: Float32Array, of: readonly number[]): tf.Tensor2D =>
  near.logits(tf.tensor(values, [...of]), new Int32Array(of[0]!));

type Told = (logits: tf.Tensor2D) => tf.Tensor;
const far = (told: Told = (logits) => logits, options: Partial<BlackBoxOptions> = {}): Classifier =>
  blackBox(
    async ({ values, shape: of }) => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      return tf.tidy(() => told(logitsOf(values, of)).dataSync());
    },
    { ...shape, ...options },
  );
const decides: Told = (logits) => tf.argMax(logits, 1);

async function attack(
  by: AttackLike,
  on: Classifier,
  options: Partial<RunAttackOptions> = {},
): Promise<Pick<AttackResult, "success" | "queries" | "firstSuccessAt"> & { values: number[] }> {
  const before = tf.memory().numTensors;
  const threat = { norm: "linf", eps: 0.1 } as const;
  const result = await runAttack(by, on, { x, labels }, { threat, seed: 1, batchSize: 4, ...options });
  const values = Array.from(await result.adversarial.data());
  result.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(result.diagnostics.filter(({ kind }) => kind !== "budget-spent")).toEqual([]);
  const { success, queries, firstSuccessAt } = result;
  return { success, queries, firstSuccessAt, values };
}

describe("an attack on a model that answers later finds what it finds on the model itself", () => {
  const estimate = gradientEstimate({ ladder: [[5, 20]], stepSize: 0.02, sigma: 0.05 });
  test.each<[string, AttackLike]>([
    ["Square", square({ queries: 60 })],
    ["SimBA", simba({ queries: 60 })],
    ["the gradient estimate", estimate],
    ["a cascade on a grid", quantized(cascade(square({ queries: 20 }), estimate))],
  ])("%s, by scores", async (_, by) => {
    const [here, there] = [await attack(by, near), await attack(by, far())];
    expect(there).toEqual(here);
    expect(here.success).toContain(1);
  });

  test("HopSkipJump, by decisions, and transfer", async () => {
    const blind = far(decides, { access: "label" });
    const nearest = { aim: "nearest", threat: { norm: "l2", eps: Infinity }, budget: { queries: 300 } } as const;
    const by = hopSkipJump({ steps: 3, firstQueries: 40 });
    const [here, there] = [await attack(by, near, nearest), await attack(by, blind, nearest)];
    expect(there).toEqual(here);
    expect(here.success).toEqual(new Uint8Array(N).fill(1));
    const via = transferFrom(near, "itself")(pgd({ steps: 10 }));
    expect(await attack(via, blind)).toEqual(await attack(via, near));
  });
});

test.each<[BlackBoxOptions["scores"], Told]>([
  ["probabilities", (logits) => tf.softmax(logits)],
  ["log-probabilities", (logits) => tf.logSoftmax(logits)],
])("%s are made logits, so that the same points are found", async (scores, told) => {
  const by = simba({ queries: 40 });
  expect(await attack(by, far(told, { scores }))).toEqual(await attack(by, near));
});

test("one score stands for two classes; batches are cut; normalisation comes first", async () => {
  const asked: number[] = [];
  const two = blackBox(
    async ({ values, shape: [n] }) => {
      asked.push(n!);
      return Array.from({ length: n! }, (_, i) => 1 / (1 + Math.exp(-values[i]!)));
    },
    { inputShape: [1], numClasses: 2, scores: "probabilities", mean: 0.5, std: 0.25, batchSize: 2 },
  );
  const images = tf.tensor2d([[0], [0.5], [1]]);
  const logits = await two.logitsAsync!(images, Int32Array.of(0, 1, 2));
  const rows = (await logits.array()).map(([a, b]) => b! - a!);
  [-2, 0, 2].forEach((margin, i) => expect(rows[i]).toBeCloseTo(margin, 5));
  expect(asked).toEqual([2, 1]);
});

test("ensembles and defences answer later when what they are made of does", async () => {
  const by = square({ queries: 30 });
  const forward = (images: tf.Tensor): tf.Tensor => tf.div(tf.round(tf.mul(images, 31)), 31);
  expect(await attack(by, preprocessed(far(), { forward }))).toEqual(await attack(by, preprocessed(near, { forward })));
  const [here, there] = [await attack(by, ensemble([near, near])), await attack(by, ensemble([near, far()]))];
  expect(there).toEqual(here);
  await expect(attack(pgd, ensemble([near, far()]))).rejects.toThrow(CannotRunError);
});

test("an attack that needs more than the model shows is refused before it asks, in one sentence", async () => {
  await expect(attack(pgd, far())).rejects.toThrow(
    /shows nothing but scores, and the attack kwta\/pgd needs gradients/,
  );
  await expect(attack(square, far(decides, { access: "label" }))).rejects.toThrow(/nothing but classes.*hop-skip-jump/);
  const within = estimatedGradient(pgd);
  await expect(attack(within, far())).rejects.toThrow(/asks in a step that cannot wait\. Attacks that can be used are/);
  await expect(attack(within, far())).rejects.toThrow(CannotRunError);
});

test.each<[RegExp, readonly number[], Partial<BlackBoxOptions>?]>([
  [/answered 5 scores for 6 images, not 18: 3 classes/, [1, 2, 3, 4, 5]],
  [/answered 6 scores/, new Array<number>(6).fill(1)],
  [/answered 5 classes for 6 images/, [1, 2, 0, 1, 2], { access: "label" }],
  [/answered 3, but the classes are 0 to 2/, new Array<number>(6).fill(3), { access: "label" }],
  [/answered 0\.5, but/, new Array<number>(6).fill(0.5), { access: "label" }],
])("%s", async (message, said, options = {}) => {
  const classifier = blackBox(async () => said, { ...shape, ...options });
  await expect(predict(classifier, { x, labels })).rejects.toThrow(message);
});

test("NaN scores count for nothing, and are told of", async () => {
  const broken = blackBox(async ({ shape: [n] }) => new Float32Array(n! * 3).fill(Number.NaN), shape);
  const threat = { norm: "linf", eps: 0.1 } as const;
  const result = await runAttack(square({ queries: 5 }), broken, { x, labels }, { threat, seed: 0 });
  expect([...result.success]).toEqual(new Array(N).fill(0));
  expect(result.diagnostics.map(({ kind }) => kind)).toEqual(["non-finite-logits"]);
  result.dispose();
});

test("a run that is aborted gives up the question that is open", async () => {
  const stop = new AbortController();
  let calls = 0;
  const slow = blackBox(async ({ values, shape: of }, { signal }) => {
    if (++calls < 4) return logitsOf(values, of).dataSync();
    return new Promise((_, reject) => {
      signal!.addEventListener("abort", () => reject(new AbortedError()));
      stop.abort();
    });
  }, shape);
  await expect(attack(square({ queries: 50 }), slow, { signal: stop.signal })).rejects.toThrow(AbortedError);
  expect(calls).toBe(4);
});
