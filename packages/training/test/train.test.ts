import "@tensorflow/tfjs-backend-cpu";
import { AbortedError, keyedRandom } from "@kwta/core";
import type { Split } from "@kwta/datasets";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import {
  accuracy,
  decodeCheckpoint,
  encodeCheckpoint,
  readWeights,
  train,
  type Checkpoint,
  type EpochMetrics,
  type StepMetrics,
  type TrainingSettings,
} from "../src/index.ts";

const SIZE = 60;

/** Bright images are of class 1. */
const split: Split = (() => {
  const noise = keyedRandom(1, "test").uniform(new Float32Array(SIZE * 16));
  const labels = Uint8Array.from({ length: SIZE }, (_, i) => i % 2);
  const images = Uint8Array.from(noise, (value, i) => 120 * value + 60 * labels[Math.floor(i / 16)]!);
  return { shape: [4, 4, 1], size: SIZE, images, labels, ids: Int32Array.from(labels.keys()) };
})();

const settings: TrainingSettings = { epochs: 3, batchSize: 16, learningRate: 0.1, augment: "crop-flip", seed: 5 };

/** Convolution, batch norm and dense: weights that gradients change, and statistics that they do not. */
function makeModel(): Sequential {
  const random = keyedRandom(2, "weights");
  let drawn = 0;
  const model = sequential({
    layers: [
      layers.conv2d({ inputShape: [4, 4, 1], filters: 3, kernelSize: 3, name: "conv" }),
      layers.batchNormalization({ name: "norm", momentum: 0.5 }),
      layers.flatten({ name: "flat" }),
      layers.dense({ units: 2, name: "logits" }),
    ],
  });
  for (const layer of model.layers.filter(({ name }) => name === "conv" || name === "logits")) {
    const values = layer.getWeights().map(({ shape, size }) => {
      return tf.tensor(
        Float32Array.from({ length: size }, () => random.at(drawn++) - 0.5),
        shape,
      );
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
  return model;
}

async function bits(model: Sequential): Promise<Record<string, number[]>> {
  return Object.fromEntries([...(await readWeights(model))].map(([name, { data }]) => [name, [...data]]));
}

beforeAll(() => tf.setBackend("cpu"));

test("learns, reports every step and epoch, and leaks nothing", async () => {
  const model = makeModel();
  const before = tf.memory().numTensors;
  const lines: (StepMetrics | EpochMetrics)[] = [];
  await train(
    model,
    split,
    { ...settings, epochs: 8, augment: "none" },
    { test: split, onMetrics: (m) => lines.push(m) },
  );
  expect(tf.memory().numTensors).toBe(before);
  expect(await accuracy(model, split)).toBeGreaterThan(0.9);
  expect(lines.filter(({ kind }) => kind === "step").map(({ step }) => step)).toEqual(
    [...Array(32).keys()].map((i) => i + 1),
  );
  expect(lines.filter(({ kind }) => kind === "epoch").map(({ step }) => step)).toEqual([4, 8, 12, 16, 20, 24, 28, 32]);
});

test.each([1, 4, 6, 11])(
  "stopped after step %i and resumed, it ends with the same weights and metrics",
  async (stopAt) => {
    const straight = makeModel();
    const expected: unknown[] = [];
    await train(straight, split, settings, { test: split, onMetrics: (m) => expected.push(m) });

    const stopped = makeModel();
    const stop = new AbortController();
    const lines: (StepMetrics | EpochMetrics)[] = [];
    let saved: Uint8Array | undefined;
    const first = train(stopped, split, settings, {
      test: split,
      signal: stop.signal,
      onMetrics: (m) => void (lines.push(m), m.step === stopAt && stop.abort()),
      onCheckpoint: async (checkpoint: Checkpoint) => void (saved = encodeCheckpoint(checkpoint)),
    });
    await expect(first).rejects.toThrow(AbortedError);
    const resume = decodeCheckpoint(saved!, "test");
    expect(resume.step).toBe(stopAt);
    const resumed = makeModel();
    const rest: (StepMetrics | EpochMetrics)[] = [];
    await train(resumed, split, settings, { test: split, resume, onMetrics: (m) => rest.push(m) });
    const kept = lines.filter(({ kind, step }) => (kind === "step" ? step <= stopAt : step < stopAt));
    expect([...kept, ...rest]).toEqual(expected);
    expect(await bits(resumed)).toEqual(await bits(straight));
  },
);

test("a seed changes the order, the same seed does not", async () => {
  const run = async (seed: number): Promise<Record<string, number[]>> => {
    const model = makeModel();
    await train(model, split, { ...settings, epochs: 1, seed });
    return bits(model);
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("says what to do when settings or checkpoints do not fit", async () => {
  await expect(train(makeModel(), split, { epochs: 0 })).rejects.toThrow(/epochs is 0/);
  await expect(train(makeModel(), split, { epochs: 4, learningRate: 1e30 })).rejects.toThrow(/lower learning rate/);
  const resume: Checkpoint = { step: 1, weights: new Map(), velocities: new Map() };
  await expect(train(makeModel(), split, settings, { resume })).rejects.toThrow(/does not fit the model.*conv/);
  expect(() => decodeCheckpoint(new Uint8Array(4), "x.safetensors")).toThrow(/x.safetensors is not a usable/);
});
