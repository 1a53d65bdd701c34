import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import { batches } from "@kwta/datasets";
import { kwtaLayers } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import {
  adam,
  adversarial,
  checkTraining,
  fast,
  free,
  incremental,
  sgd,
  standard,
  trades,
  train,
  type Checkpoint,
  type Metrics,
  type TrainingMethod,
  type TrainingSettings,
} from "../src/index.ts";
import { findDivergence } from "../src/divergence.ts";
import { beta, withTargets } from "../src/targets.ts";
import { bits, makeModel, split, stoppedAndResumed, straight } from "./tiny-problem.ts";

const settings: TrainingSettings = { epochs: 2, batchSize: 20, learningRate: 0.05, seed: 5 };

beforeAll(() => tf.setBackend("cpu"));

const none = { labelSmoothing: 0, mixup: 0, cutmix: 0 };

test.each<[string, number, Partial<TrainingSettings>]>([
  ["TRADES with averaged weights and mixup", 2, { method: trades({ steps: 2 }), ema: 0.9, mixup: 0.4 }],
  ["TRADES with averaged weights, at the end of an epoch", 3, { method: trades({ steps: 2 }), ema: 0.9 }],
  ["free training, within the replays of a batch", 4, { method: free({ eps: 0.1, replays: 3 }) }],
  ["Adam with CutMix, clipped, in parts", 4, { optimizer: adam(), cutmix: 1, clip: 0.5, accumulate: 3 }],
  ["perturbed weights", 1, { method: adversarial({ steps: 2 }), awp: 0.01, awpWarmup: 1, labelSmoothing: 0.1 }],
  ["validation under attack", 4, { validation: { attack: "pgd:steps=2", eps: 0.1, samples: 20 }, ema: 0.5 }],
  ["a guard, and weights to roll back to", 5, { method: fast({ eps: 0.1 }), onDivergence: "roll-back" }],
])("stopped and resumed, it is the same training: %s", async (_, at, change) => {
  const all = { ...settings, ...change };
  const before = tf.memory().numTensors;
  const { weights, lines, model } = await straight(makeModel, all);
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
  const resumed = await stoppedAndResumed(at, makeModel, all);
  expect(resumed.lines).toEqual(lines);
  expect(resumed.weights).toEqual(weights);
});

test("averaged weights are the average of those after each step, and what is left", async () => {
  const kept: Checkpoint[] = [];
  const model = makeModel();
  const first = await bits(model);
  await train(
    model,
    split,
    { ...settings, epochs: 4, batchSize: 60, ema: 0.3 },
    { onCheckpoint: async (checkpoint) => void kept.push(checkpoint) },
  );
  for (const [name, start] of Object.entries(first)) {
    let average = start;
    for (const [i, { weights, ema }] of kept.entries()) {
      const decay = Math.min(0.3, (2 + i) / (11 + i));
      average = average.map((value, j) => decay * value + (1 - decay) * weights.get(name)!.data[j]!);
      expect([...ema!.get(name)!.data]).toBeAllclose(average, { atol: 1e-6 });
    }
    expect((await bits(model))[name]).toEqual([...kept.at(-1)!.ema!.get(name)!.data]);
  }
});

test("a batch in parts makes the step of the whole", async () => {
  const make = (): Sequential =>
    sequential({
      layers: [
        layers.flatten({ inputShape: [4, 4, 1] }),
        layers.dense({ units: 2, kernelInitializer: "ones", name: "logits" }),
      ],
    });
  const whole = await straight(make, settings);
  const parts = await straight(make, { ...settings, accumulate: 3 });
  for (const [name, values] of Object.entries(whole.weights)) {
    expect(parts.weights[name]!).toBeAllclose(values, { atol: 1e-6 });
  }
  const losses = (lines: Metrics[]): number[] => lines.flatMap((line) => (line.kind === "step" ? line.loss : []));
  expect(losses(parts.lines)).toBeAllclose(losses(whole.lines), { atol: 1e-6 });
});

test("mixed images and their targets agree, whatever is drawn", () => {
  const [first] = batches(split, { batchSize: 20, seed: 1, epoch: 0 });
  // Each image has a shade of its own, so that pixels tell where they come from.
  const batch = { ...first!, x: first!.x.map((_, i) => Math.floor(i / 16) / 20) };
  const shares = new Set<number>();
  for (let step = 0; step < 20; step++) {
    for (const extras of [
      { ...none, mixup: 0.5 },
      { ...none, cutmix: 1 },
    ]) {
      const { x, labels, targets } = withTargets(batch, { numClasses: 2, seed: 3, step, extras });
      for (const [row, own] of batch.labels.entries()) {
        const share = targets[row * 2 + own]!;
        expect(targets[row * 2]! + targets[row * 2 + 1]!).toBeCloseTo(1, 6);
        // Mixed with an image of its own class it stays its class; else the label is that of the greater part.
        if (share < 0.999) expect(labels[row]).toBe(share >= 0.5 ? own : 1 - own);
        const moved = x.subarray(row * 16, (row + 1) * 16).filter((value, i) => value !== batch.x[row * 16 + i]).length;
        if (extras.cutmix > 0 && share < 0.999) expect(moved / 16).toBeCloseTo(1 - share, 5);
        shares.add(share);
      }
    }
  }
  expect(shares.size).toBeGreaterThan(20);
  const plain = withTargets(batch, { numClasses: 2, seed: 3, step: 0, extras: { ...none, labelSmoothing: 0.2 } });
  expect(plain.targets.slice(0, 2).sort()).toBeAllclose([0.1, 0.9], { atol: 1e-6 });
});

test.each([0.2, 1, 3])("shares follow the beta distribution of alpha %f", (alpha) => {
  const drawn = Array.from({ length: 4000 }, (_, i) => beta(alpha, keyedRandom(7, "beta", i)));
  const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
  expect(mean).toBeCloseTo(0.5, 1);
  expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1);
});

test("a loss that is no number rolls back to the last good epoch, or stops", async () => {
  const explodes = { shape: "steps", start: 0.05, factor: 1e30, epochs: [2] } as const;
  const wild: TrainingSettings = { ...settings, epochs: 4, learningRate: explodes };
  const good = await straight(makeModel, { ...settings, epochs: 2 });
  const back = await straight(makeModel, { ...wild, onDivergence: "roll-back" });
  expect(back.weights).toEqual(good.weights);
  expect(back.lines.at(-1)).toMatchObject({ kind: "divergence", epoch: 3, rolledBack: true });
  expect(back.lines.at(-1)).toMatchObject({ what: expect.stringMatching(/The loss became (NaN|Infinity) at step \d/) });
  const lines: Metrics[] = [];
  const stopped = train(makeModel(), split, wild, { onMetrics: (line) => lines.push(line) });
  await expect(stopped).rejects.toThrow(/The loss became .*lower learning rate/);
  expect(lines.at(-1)).toMatchObject({
    kind: "divergence",
    rolledBack: false,
    what: expect.stringMatching(/The loss/),
  });
});

test("it rolls back to the sparsity ratio of the good epoch, too", async () => {
  const falling = incremental({ from: 0.5, by: 0.1, every: 1, to: 0.2, learningRate: 0.05 });
  const shares = [0.6, 0.1];
  const method: TrainingMethod = {
    ...falling,
    guard: { mostFall: 0.2, measure: async (_, { epoch }) => shares[epoch]! },
  };
  const { model, lines } = await straight(() => makeModel(0.5), {
    ...settings,
    epochs: 1,
    method,
    onDivergence: "roll-back",
  });
  expect(lines.at(-1)).toMatchObject({ kind: "divergence", epoch: 2, rolledBack: true });
  expect(kwtaLayers(model).map(({ gamma }) => gamma)).toEqual([0.5]);
});

test("catastrophic overfitting is named, and stops or rolls back as asked", async () => {
  const shares = [0.6, 0.7, 0.4, 0.5];
  const method: TrainingMethod = {
    ...standard(),
    guard: { mostFall: 0.2, measure: async (_, { epoch }) => shares[epoch]! },
  };
  const all = { ...settings, epochs: 4, method };
  const noted = await straight(makeModel, all);
  expect(noted.lines.filter(({ kind }) => kind === "divergence")).toMatchObject([
    {
      epoch: 3,
      rolledBack: false,
      what: expect.stringMatching(/Catastrophic overfitting in epoch 3.*70.0 % to 40.0 %/),
    },
  ]);
  await expect(straight(makeModel, { ...all, onDivergence: "stop" })).rejects.toThrow(
    /Catastrophic overfitting.*roll-back/,
  );
  const back = await straight(makeModel, { ...all, onDivergence: "roll-back" });
  expect(back.weights).toEqual((await straight(makeModel, { ...settings, epochs: 2 })).weights);
  expect(back.lines.at(-1)).toMatchObject({ kind: "divergence", epoch: 3, rolledBack: true });
});

test("chance is what one guesses, within the noise of the images seen", () => {
  const result = { epoch: 3, numClasses: 10, seen: 1000, hits: 110 };
  expect(findDivergence(result)).toMatch(/at chance after 3 epochs: 11.0 %.*10 classes/);
  expect(findDivergence({ ...result, hits: 140 })).toBeUndefined();
  expect(findDivergence({ ...result, epoch: 2 })).toBeUndefined();
  expect(findDivergence({ ...result, hits: 900, robust: 0.1, robustBefore: 0.5 })).toMatch(/attack of the validation/);
});

test("the best epoch on attacked test images is kept", async () => {
  const best: number[] = [];
  const validation = { attack: "pgd:steps=2", eps: 0.2, samples: 30, every: 2 } as const;
  const { lines } = await straight(
    makeModel,
    { ...settings, epochs: 5, validation },
    { onBest: async ({ epoch, measure }) => void best.push(measure === "robustTestAccuracy" ? epoch : -1) },
  );
  const epochs = lines.flatMap((line) => (line.kind === "epoch" ? [line] : []));
  const tried = epochs.filter(({ robustTestAccuracy }) => robustTestAccuracy !== undefined);
  expect(tried.map(({ epoch }) => epoch)).toEqual([2, 4, 5]);
  let most = -1;
  const expected = tried.flatMap(({ epoch, robustTestAccuracy: value }) => {
    if (value! <= most) return [];
    most = value!;
    return [epoch];
  });
  expect(best).toEqual(expected);
  for (const { testAccuracy, robustTestAccuracy } of tried)
    expect(robustTestAccuracy!).toBeLessThanOrEqual(testAccuracy + 0.2);
});

test.each<[Partial<TrainingSettings>, RegExp]>([
  [{ momentum: 0.5 } as never, /Unknown option of a training "momentum"/],
  [{ batchSize: 100 }, /more than the 60 training images/],
  [{ ema: 1 }, /ema is 1; give a number from 0/],
  [{ mixup: 9 }, /mixup is 9; give a number from 0 to 4/],
  [{ accumulate: 50 }, /accumulate is 50/],
  [{ accumulate: 2, method: free() }, /free works on whole batches/],
  [{ onDivergence: "panic" as never }, /note, stop or roll-back/],
  [{ validation: { eps: 0.1, attack: "pdg" } }, /Unknown attack "pdg".*pgd/],
  [{ validation: { eps: 8 } }, /8\/255/],
  [{ optimizer: sgd, learningRate: { shape: "steps", epochs: [-1] } }, /epochs of the schedule steps/],
  [{ learningRate: { shape: "cosine", warmup: 2 } }, /warm-up must end before the training of 2 epochs does/],
  [{ learningRate: { shape: "one-cycle", warmup: 1 } }, /warm-up must lie between 0 and 1/],
  [{ learningRate: { shape: "constant", rate: 0 } }, /rate must be a positive number/],
  [{ learningRate: { shape: "cosin" as never } }, /Unknown schedule "cosin".*cosine/],
  [{ learningRate: Number.NaN }, /it must be a positive number/],
])("refuses %j before anything is made", (change, message) => {
  expect(() => checkTraining(makeModel(), split, { ...settings, ...change })).toThrow(message);
});

test("batch norm keeps the unbiased variance, and afterwards the layer is as it was", async () => {
  const model = makeModel();
  const norm = model.getLayer("norm");
  await train(model, split, { ...settings, epochs: 1, batchSize: 60, learningRate: 1e-9 });
  const inner = tf.tidy(() => {
    const images = tf.tensor4d(
      Float32Array.from(split.images, (value) => value / 255),
      [60, 4, 4, 1],
    );
    return tf.reshape(model.getLayer("conv").apply(images) as tf.Tensor, [-1, 3]);
  });
  const { variance } = tf.moments(inner, 0);
  const n = inner.shape[0]!;
  const expected = [...variance.dataSync()].map((biased) => 0.5 + (0.5 * biased * n) / (n - 1));
  expect([...norm.weights[3]!.read().dataSync()]).toBeAllclose(expected, { rtol: 1e-5 });
  expect(Object.hasOwn(norm, "call")).toBe(false);
});
