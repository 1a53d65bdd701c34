import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  activationLayer,
  activationPatterns,
  isWinner,
  liveUnits,
  patternChanges,
  patternDistance,
  type InstrumentProgress,
} from "../src/index.ts";
import { absReference, channelReference, lwtaReference, type Reference } from "./family-reference.ts";
import { WAYS_ON_CPU } from "./ways.ts";

/** Weights and inputs of few bits, so that no winner hangs on how a backend rounds its sums. */
const exact = (seed: number, n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => ((((i + 1) * 7919 * (seed + 3)) % 101) - 50) / 64);

const POSITIONS = 6;

/** [6, 4] -> k-WTA nets in each other; 24 + 24 + 24 + 12 units. */
function makeNet(...activations: string[]): LayersModel {
  const slot = (i: number): layers.Layer => activationLayer(activations[i]!, { name: `act${i}` });
  const conv = (filters: number): layers.Layer => layers.conv1d({ filters, kernelSize: 1, inputShape: [POSITIONS, 4] });
  const inner = sequential({ layers: [conv(4), slot(1), conv(4), slot(2)] });
  const net = sequential({ layers: [conv(4), slot(0), inner, conv(2), slot(3), layers.flatten()] });
  const weights = net.getWeights().map(({ shape }, i) => tf.tensor(exact(i, tf.util.sizeFromShape(shape)), shape));
  net.setWeights(weights);
  tf.dispose(weights);
  return net;
}

const NETS: Record<string, () => { net: LayersModel; references: Reference[] }> = {
  "k-WTA relatives": () => ({
    net: makeNet("kwta-channel:0.4", "lwta:2", "kwta-abs:0.4", "kwta-k:3"),
    references: [channelReference(2), lwtaReference(2), absReference(2), wholeReference(3)],
  }),
  ReLU: () => ({ net: makeNet("relu", "relu", "relu", "relu"), references: [0, 1, 2, 3].map(() => reluReference) }),
};

function wholeReference(k: number): Reference {
  const one = channelReference(k);
  const flat = (sample: number[][]): number[][] => sample.flat().map((v) => [v]);
  const back = (values: number[][], like: number[][]): number[][] =>
    like.map((row, p) => row.map((_, c) => values[p * row.length + c]![0]!));
  return {
    forward: (sample) => back(one.forward(flat(sample)), sample),
    gradient: (dy, sample) => back(one.gradient(flat(dy), flat(sample)), sample),
  };
}

const reluReference: Reference = {
  forward: (sample) => sample.map((row) => row.map((v) => Math.max(v, 0))),
  gradient: (_, sample) => sample.map((row) => row.map((v) => Number(v > 0))),
};

/** The winners of all layers at one input, the net computed in plain numbers. */
function bruteForce(net: LayersModel, references: Reference[], input: number[][]): number[][] {
  const weights = tf.tidy(() => net.getWeights().map((w) => w.dataSync<"float32">()));
  let x = input;
  return references.map((reference, i) => {
    const [kernel, bias] = [weights[2 * i]!, weights[2 * i + 1]!];
    const filters = bias.length;
    const z = x.map((row) =>
      Array.from(bias, (b, f) => Math.fround(row.reduce((sum, v, c) => sum + v * kernel[c * filters + f]!, 0) + b)),
    );
    x = reference.forward(z);
    return reference.gradient(z.map((row) => row.map(() => 1)), z).flat(); // prettier-ignore
  });
}

const inputs = (samples: number): number[][][] =>
  tf.tidy(() => tf.tensor3d(exact(11, samples * POSITIONS * 4), [samples, POSITIONS, 4]).arraySync());

const differing = (a: number[][], b: number[][]): number =>
  a.flat().reduce((sum, v, i) => sum + Number(v !== b.flat()[i]), 0);

describe.each(WAYS_ON_CPU)("%s", (_way, { start }) => {
  let stop = (): void => {};
  beforeAll(async () => {
    stop = await start();
  });
  afterAll(() => stop());

  describe.each(Object.entries(NETS))("%s", (_name, make) => {
    const samples = 7;

    test.each([1, 3, 64])("patterns, distances and live units equal brute force, %i at a time", async (batchSize) => {
      const { net, references } = make();
      const x = tf.tensor3d(inputs(samples));
      const tensors = tf.memory().numTensors;
      const patterns = await activationPatterns(net, x, { batchSize });
      const lives = await liveUnits(net, x, { batchSize });
      expect(tf.memory().numTensors).toBe(tensors);

      const expected = inputs(samples).map((sample) => bruteForce(net, references, sample));
      expect(patterns.samples).toBe(samples);
      expect(patterns.layers.map(({ name, units, stride }) => [name, units, stride])).toEqual([
        ["act0", 24, 4],
        ["act1", 24, 4],
        ["act2", 24, 4],
        ["act3", 12, 4],
      ]);
      const found = expected.map((sample, s) =>
        sample.map((winners, l) => winners.map((_, unit) => Number(isWinner(patterns.layers[l]!, s, unit)))),
      );
      expect(found).toEqual(expected);

      for (let i = 0; i < samples; i++) {
        const distances = expected.map((_, j) => patternDistance(patterns, i, patterns, j));
        expect(distances).toEqual(expected.map((other) => differing(expected[i]!, other)));
      }

      for (const [l, { wins, dead, always }] of lives.entries()) {
        const counts = expected[0]![l]!.map((_, unit) => expected.reduce((sum, sample) => sum + sample[l]![unit]!, 0));
        expect([...wins]).toEqual(counts);
        expect(dead).toBe(counts.filter((n) => n === 0).length);
        expect(always).toBe(counts.filter((n) => n === samples).length);
      }
      x.dispose();
      net.dispose();
    });

    test.each([
      [8, 20],
      [8, 9],
      [8, 3],
      [8, 1],
      [1, 64],
    ])("pattern changes over %i steps equal brute force, %i points at a time", async (steps, batchSize) => {
      const { net, references } = make();
      const [x, delta] = [inputs(3), inputs(6).slice(3)];
      const [xs, deltas] = [tf.tensor3d(x), tf.tensor3d(delta)];
      const tensors = tf.memory().numTensors;
      const changes = await patternChanges(net, xs, deltas, { steps, batchSize, thresholds: [0, 3, 10] });
      expect(tf.memory().numTensors).toBe(tensors);

      const expected = x.flatMap((sample, s) => {
        const patterns = Array.from({ length: steps + 1 }, (_, i) => {
          const point = sample.map((row, p) => row.map((v, c) => v + (delta[s]![p]![c]! * i) / steps));
          return bruteForce(net, references, point);
        });
        return patterns.slice(1).map((pattern, i) => differing(patterns[i]!, pattern));
      });
      expect([...changes.distances]).toEqual(expected);
      expect(expected.some((d) => d > 0)).toBe(true);
      for (const [t, threshold] of [0, 3, 10].entries()) {
        const counts = x.map((_, s) => expected.slice(s * steps, (s + 1) * steps).filter((d) => d > threshold).length);
        expect([...changes.counts[t]!]).toEqual(counts);
      }
      tf.dispose([xs, deltas]);
      net.dispose();
    });
  });
});

test("units of max-pool groups and more than 32 units; ReLU beside the family is not watched", async () => {
  const net = sequential({
    layers: [
      layers.reLU({ inputShape: [70] }),
      activationLayer("max-pool:2", { name: "pool" }),
      layers.activation({ activation: "relu", name: "relu" }),
    ],
  });
  const x = tf.tensor2d([Array.from({ length: 70 }, (_, i) => (i % 3) + 1)]);
  const [pool, ...others] = (await activationPatterns(net, x)).layers;
  expect(others).toEqual([]);
  expect([pool!.units, pool!.stride]).toEqual([70, 12]);
  const expected = Array.from({ length: 70 }, (_, i) => (i % 3) + 1 >= ((i ^ 1) % 3) + 1);
  expect(expected.map((_, unit) => isWinner(pool!, 0, unit))).toEqual(expected);
  const chosen = await activationPatterns(net, x, { layers: [net.getLayer("relu")] });
  expect(chosen.layers.map(({ name, units }) => [name, units])).toEqual([["relu", 35]]);
  expect(() => isWinner(pool!, 0, 70)).toThrow(/no unit 70/);
  expect(() => isWinner(pool!, 1, 0)).toThrow(/1 samples/);
});

test("an aborted or failing instrument leaves no tensor and no trace in the model", async () => {
  const { net } = NETS["k-WTA relatives"]!();
  const x = tf.tensor3d(inputs(6));
  const before = tf.memory().numTensors;
  const stop = new AbortController();
  const seen: InstrumentProgress[] = [];
  const onProgress = (progress: InstrumentProgress): void => {
    seen.push(progress);
    if (seen.length === 2) stop.abort();
  };
  const running = liveUnits(net, x, { batchSize: 2, signal: stop.signal, onProgress });
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  expect(seen.map(({ done, total, unit }) => [done, total, unit])).toEqual([
    [2, 6, "sample"],
    [4, 6, "sample"],
  ]);
  const nan = tf.mul(x, NaN);
  await expect(activationPatterns(net, nan)).rejects.toThrow(/before layer "act0" hold NaN/);
  await expect(patternChanges(net, x, nan)).rejects.toThrow(/hold NaN/);
  nan.dispose();
  const wrong = tf.zeros([6, POSITIONS, 5]);
  await expect(liveUnits(net, wrong)).rejects.toThrow(/shape|axis/);
  await expect(patternChanges(net, x, wrong)).rejects.toThrow(/must be the same/);
  wrong.dispose();
  await expect(patternChanges(net, x, x, { steps: 0 })).rejects.toThrow(/number of steps is 0/);
  await expect(liveUnits(net, x, { batchSize: 0 })).rejects.toThrow(/batch size is 0/);
  expect(tf.memory().numTensors).toBe(before);
  const all = [...net.layers, ...(net.layers[2] as unknown as LayersModel).layers];
  expect(all.filter((layer) => Object.hasOwn(layer, "call"))).toEqual([]);
});

test("patterns that do not belong together, and models without any, are refused", async () => {
  const small = sequential({ layers: [layers.reLU({ inputShape: [3] })] });
  const wide = sequential({ layers: [layers.reLU({ inputShape: [4] })] });
  const a = await activationPatterns(small, tf.ones([2, 3]));
  const b = await activationPatterns(wide, tf.ones([2, 4]));
  expect(() => patternDistance(a, 0, b, 0)).toThrow(/has 3 units and .* has 4/);
  expect(() => patternDistance(a, 2, a, 0)).toThrow(/no sample 2; .* at 2 samples/);
  expect(() => patternDistance(a, 0, { samples: 1, layers: [] }, 0)).toThrow(/of 1 and of 0 layers/);
  const dense = sequential({ layers: [layers.dense({ units: 2, activation: "relu", inputShape: [3] })] });
  await expect(activationPatterns(dense, tf.ones([1, 3]))).rejects.toThrow(/make it a layer of its own/);
});
