import { AbortedError, keyedRandom } from "@kwta/core";
import type { Split } from "@kwta/datasets";
import { activationLayer } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { expect } from "vitest";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  getWeights,
  train,
  type Checkpoint,
  type Metrics,
  type TrainingSettings,
  type TrainOptions,
} from "../src/index.ts";

const SIZE = 60;

/** Bright images are of class 1. */
export const split: Split = (() => {
  const noise = keyedRandom(1, "test").uniform(new Float32Array(SIZE * 16));
  const labels = Int32Array.from({ length: SIZE }, (_, i) => i % 2);
  const images = Uint8Array.from(noise, (value, i) => 120 * value + 60 * labels[Math.floor(i / 16)]!);
  return { shape: [4, 4, 1], size: SIZE, images, labels, ids: Int32Array.from(labels.keys()) };
})();

/**
 * Convolution, batch norm, an activation if wanted, dense: weights that gradients change, and statistics that they do not.
 *
 * @param activation a spec, or gamma of k-WTA
 */
export function makeModel(activation?: number | string): Sequential {
  const spec = typeof activation === "number" ? `kwta:${activation}` : activation;
  const random = keyedRandom(2, "weights");
  let drawn = 0;
  const model = sequential({
    layers: [
      layers.conv2d({ inputShape: [4, 4, 1], filters: 3, kernelSize: 3, name: "conv" }),
      layers.batchNormalization({ name: "norm", momentum: 0.5 }),
      ...(spec === undefined ? [] : [activationLayer(spec, { name: "act" })]),
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

export async function bits(model: Sequential): Promise<Record<string, number[]>> {
  return Object.fromEntries([...(await getWeights(model))].map(([name, { data }]) => [name, [...data]]));
}

/** A training from its beginning to its end: the weights, the lines, and the weights kept of each gamma. */
export async function straight(make: () => Sequential, settings: TrainingSettings, options: TrainOptions = {}) {
  const model = make();
  const lines: Metrics[] = [];
  const gammas: [number, number[]][] = [];
  await train(model, split, settings, {
    test: split,
    ...options,
    onMetrics: (line) => lines.push(line),
    onGamma: async (gamma, weights) => void gammas.push([gamma, [...weights.get("conv/kernel")!.data]]),
  });
  return { model, weights: await bits(model), lines, gammas: new Map(gammas) };
}

/** The same, stopped after a step and resumed from the bytes of its checkpoint. */
export async function stoppedAndResumed(
  stopAt: number,
  make: () => Sequential,
  settings: TrainingSettings,
  options: TrainOptions = {},
) {
  const stop = new AbortController();
  const lines: Metrics[] = [];
  const gammas = new Map<number, number[]>();
  let saved: Uint8Array | undefined;
  const shared: TrainOptions = {
    test: split,
    ...options,
    onGamma: async (gamma, weights) => void gammas.set(gamma, [...weights.get("conv/kernel")!.data]),
  };
  const first = train(make(), split, settings, {
    ...shared,
    signal: stop.signal,
    onMetrics: (line) => void (lines.push(line), line.step === stopAt && stop.abort()),
    onCheckpoint: async (checkpoint: Checkpoint) => void (saved = await encodeCheckpoint(checkpoint)),
  });
  await expect(first).rejects.toThrow(AbortedError);
  const resume = await decodeCheckpoint(saved!, "test");
  expect(resume.step).toBe(stopAt);
  const model = make();
  const rest = await straight(() => model, settings, { ...options, resume });
  const kept = lines.filter(({ kind, step }) => (kind === "step" ? step <= stopAt : step < stopAt));
  for (const [gamma, weights] of rest.gammas) gammas.set(gamma, weights);
  return { weights: rest.weights, lines: [...kept, ...rest.lines], gammas };
}
