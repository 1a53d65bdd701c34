import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { apgd, apgdT, asClassifier, square, uniformNoise } from "@kwta/attacks";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import {
  evaluate,
  floatsFromBase64,
  partsInMemory,
  type EvaluateOptions,
  type Evaluation,
  type Protocol,
} from "../src/index.ts";

const [N, SIZE, CLASSES] = [20, 6, 4];
const numbers = (name: string, length: number, low: number, high: number): Float32Array =>
  keyedRandom(4, name).uniform(new Float32Array(length), low, high);
const weights = numbers("weights", SIZE * CLASSES, -1, 1);
/** Of what is left of grey, so that no class is ahead everywhere. */
const scores = (images: tf.Tensor): tf.Tensor =>
  tf.matMul(tf.sub(images, 0.5) as tf.Tensor2D, tf.tensor2d(weights, [SIZE, CLASSES]));
const classifier = asClassifier(scores, { inputShape: [SIZE], numClasses: CLASSES, digest: async () => "linear" });

let x: tf.Tensor2D;
let labels: Int32Array;
let logits: number[][];

beforeAll(async () => {
  await tf.setBackend("cpu");
  x = tf.tensor2d(numbers("x", N * SIZE, 0.3, 0.7), [N, SIZE]);
  logits = tf.tidy(() => scores(x).arraySync() as number[][]);
  labels = Int32Array.from(logits, (row) => row.indexOf(Math.max(...row)));
});

const strong = apgd({ steps: 60, loss: "margin" });
const PLAIN: Protocol = { id: "plain", entries: [{ id: "apgd", attack: strong }] };

async function run(options: Partial<EvaluateOptions> = {}): Promise<Evaluation> {
  const before = tf.memory().numTensors;
  const settings = { protocol: PLAIN, threat: { norm: "linf", eps: 0.1 }, probes: 0, ...options } as const;
  const evaluation = await evaluate(classifier, { x, labels }, settings);
  expect(tf.memory().numTensors).toBe(before);
  return evaluation;
}

test("a sample is broken where it is led to its target, and some target is met just where any wrong class is", async () => {
  const met = new Set<number>();
  for (const turn of [1, 2, 3]) {
    const targets = labels.map((label) => (label + turn) % CLASSES);
    const { robust, attacks, goal, samples } = await run({ targets, keepImages: N });
    expect(goal).toEqual({ kind: "targeted", targets: "given" });
    expect(samples.targets).toEqual([...targets]);
    for (const position of robust[0]!.broken) met.add(position);
    for (const { position, predicted, adversarial } of attacks[0]!.at[0]!.images) {
      const reached = tf.tidy(() => scores(tf.tensor2d(floatsFromBase64(adversarial), [1, SIZE])).dataSync());
      expect([predicted, reached.indexOf(Math.max(...reached))]).toEqual([targets[position], targets[position]]);
    }
  }
  const { robust, goal } = await run();
  expect(goal).toBeUndefined();
  expect([...met].sort((a, b) => a - b)).toEqual(robust[0]!.broken);
  expect(met.size).toBeGreaterThan(3);
  expect(met.size).toBeLessThan(N);
});

describe("targets", () => {
  const chosen = async (
    targets: EvaluateOptions["targets"],
    more: Partial<EvaluateOptions> = {},
  ): Promise<number[]> => [
    ...(await run({ targets, protocol: { id: "none", entries: [] }, batchSize: 7, ...more })).samples.targets!,
  ];

  test("by score, by chance, or one for all", async () => {
    const ranked = logits.map((row) => [...row.keys()].sort((a, b) => row[b]! - row[a]!));
    expect(await chosen("likely")).toEqual(ranked.map((order) => order[1]));
    expect(await chosen("least-likely")).toEqual(ranked.map((order) => order[CLASSES - 1]));
    const random = await chosen("random");
    expect(random.some((target, i) => target === labels[i])).toBe(false);
    expect(new Set(random).size).toBe(CLASSES);
    expect(await chosen("random")).toEqual(random);
    expect(await chosen("random", { seed: 1 })).not.toEqual(random);
  });

  test("that cannot be are refused", async () => {
    await expect(chosen(labels[0]!)).rejects.toThrow(/its true class .* Leave the samples of the target class out/);
    await expect(chosen(CLASSES)).rejects.toThrow("A target is 4, but the classes are 0 to 3");
    await expect(chosen([1, 2])).rejects.toThrow("There are 2 targets for 20 images");
    await expect(chosen("far" as "random")).rejects.toThrow(/Take "likely"/);
    const shy = { ...classifier, access: "label" } as const;
    const settings = { protocol: PLAIN, threat: { norm: "linf", eps: 0.1 }, targets: "likely" } as const;
    await expect(evaluate(shy, { x, labels }, settings)).rejects.toThrow(/Take "random"/);
  });
});

test("attacks that go for any wrong class are not run, and the checks go for the targets too", async () => {
  const entries = [
    { id: "apgd", attack: strong },
    { id: "apgd-t", attack: apgdT({ steps: 3, targets: 2 }) },
    { id: "square", attack: square({ queries: 40 }), on: "survivors" },
    { id: "noise", attack: uniformNoise(), role: "diagnostic" },
  ] as const;
  const { attacks, checks, diagnostics } = await run({
    protocol: { id: "all", entries },
    targets: "random",
    probes: 8,
  });
  expect(attacks.map(({ notRun }) => notRun)).toEqual([
    undefined,
    "The attack kwta/multi-target cannot be targeted.",
    undefined,
    "The attack kwta/uniform-noise cannot be targeted.",
  ]);
  const outcomes = new Map(checks!.map(({ id, outcome }) => [id, outcome]));
  expect([outcomes.get("noise-wins"), outcomes.get("no-progress")]).toEqual(["not-run", "not-run"]);
  expect(outcomes.get("full-budget")).toBe("clear");
  expect(diagnostics.filter(({ severity }) => severity === "red-flag")).toEqual([]);
});

test("what is kept belongs to the target that it was made for", async () => {
  const parts = partsInMemory();
  const targets = labels.map((label) => (label + 1) % CLASSES);
  const first = await run({ targets, parts });
  const others = labels.map((label) => (label + 2) % CLASSES);
  expect((await run({ targets: others, parts })).robust).toEqual((await run({ targets: others })).robust);
  expect((await run({ parts })).robust).toEqual((await run()).robust);
  expect((await run({ targets, parts })).attacks).toEqual(first.attacks);
});
