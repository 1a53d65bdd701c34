import { readFile } from "node:fs/promises";
import { encodeSafetensors } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { activationColumns } from "../src/compute/activations.ts";
import { accuracyCurve, type CurvePoint } from "../src/compute/curve.ts";
import { glyph } from "../src/compute/glyph.ts";
import { GRID, gridOf } from "../src/compute/grid.ts";
import { attackImage } from "../src/compute/image-attack.ts";
import { makeNet } from "../src/compute/make-net.ts";
import { openPlayground, type PlaygroundSettings } from "../src/compute/playground.ts";
import { makeProblem, PROBLEMS } from "../src/compute/problems.ts";
import { startPageBackend } from "../src/compute/start-backend.ts";
import { netFile, shippedNet } from "./_files.ts";

beforeAll(async () => {
  await startPageBackend({ backend: "wasm:threads=1", broken: [] }, () => {});
});

const BUMP: PlaygroundSettings = {
  problem: "bump",
  gamma: 0.1,
  width: 64,
  hiddenLayers: 2,
  learningRate: 0.03,
  seed: 0,
};

test("a picture depends on settings and step, not on how one came there; nothing is left behind", async () => {
  const before = tf.memory().numTensors;
  const [atOnce, inSteps] = [openPlayground(BUMP), openPlayground(BUMP)];
  await atOnce.trainTo(40, undefined);
  for (const step of [1, 2, 17, 40]) {
    await inSteps.trainTo(step, undefined);
    await inSteps.picture();
  }
  expect(await inSteps.picture()).toEqual(await atOnce.picture());
  atOnce.dispose();
  inSteps.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test("both nets learn the bump; the k-WTA net jumps, the ReLU net does not", async () => {
  const playground = openPlayground(BUMP);
  await playground.trainTo(200, undefined);
  const { nets } = await playground.picture();
  playground.dispose();
  for (const { losses } of Object.values(nets)) {
    expect(losses).toHaveLength(201);
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 100);
  }
  const jump = ({ scores }: { scores: Float32Array }): number =>
    Math.max(...scores.slice(1).map((score, i) => Math.abs(score - scores[i]!)));
  // A ReLU net of this size is no steeper than 5; the grid's points are 0.00275 apart.
  expect(jump(nets.relu)).toBeLessThan(5 * 0.00275);
  expect(jump(nets.kwta)).toBeGreaterThan(0.05);
  // Where the output jumps, other units win.
  const { scores, changes } = nets.kwta;
  const jumps = Array.from(scores.slice(1), (score, i) => (Math.abs(score - scores[i]!) > 0.05 ? i : -1)).filter(
    (i) => i >= 0,
  );
  expect(changes).toEqual(expect.arrayContaining(jumps));
});

test("an aborted training stops between two steps", async () => {
  const playground = openPlayground(BUMP);
  const control = new AbortController();
  const training = playground.trainTo(20_000, control.signal);
  control.abort();
  await expect(training).rejects.toMatchObject({ name: "AbortError" });
  expect(playground.step).toBeLessThan(20_000);
  playground.dispose();
});

test("settings that no net can have are refused with advice", () => {
  const before = tf.memory().numTensors;
  expect(() => openPlayground({ ...BUMP, learningRate: -1 })).toThrow("The learning rate is -1; it must be above 0");
  expect(() => openPlayground({ ...BUMP, gamma: 0.01 })).toThrow(/Use a gamma of at least/);
  expect(tf.memory().numTensors).toBe(before);
});

test.each(PROBLEMS)(
  "the points of %s lie in the picture, the same for the same seed, and both classes are there",
  (name) => {
    const { kind, points, targets, dimensions } = makeProblem(name, 3);
    expect(makeProblem(name, 3).points).toEqual(points);
    expect(points).toHaveLength(targets.length * dimensions);
    expect(points.every((value) => Math.abs(value) <= 1)).toBe(true);
    expect(targets.every((value) => Math.abs(value) <= 1)).toBe(true);
    if (kind === "classify") expect(targets.reduce((sum, target) => sum + target, 0)).toBe(targets.length / 2);
    expect(gridOf({ kind })).toHaveLength(GRID[kind] ** dimensions * dimensions);
  },
);

test("the columns are figure 2 of the paper", async () => {
  const float = (values: readonly number[]): number[] => Array.from(Float32Array.from(values));
  const columns = await activationColumns({ values: [0.8, -0.2, -0.4, 1.7, 1.1, 0.9], k: 3 });
  expect(columns.relu).toEqual(float([0.8, 0, 0, 1.7, 1.1, 0.9]));
  expect(columns.maxPool).toEqual(float([0.8, 1.7, 1.1]));
  expect(columns.lwta).toEqual(float([0.8, 0, 0, 1.7, 1.1, 0]));
  expect(columns.kwta).toEqual(float([0, 0, 0, 1.7, 1.1, 0.9]));
});

test("an attack on one image is kept point by point, from the image to what broke the net", async () => {
  const { classifier, model } = await shippedNet("relu");
  const before = tf.memory().numTensors;
  const image = glyph(9);
  const request = { net: "relu", attack: "pgd", image, label: 9, id: 9, eps: 0.1, seed: 0 } as const;
  const { points, logits, success, predicted, gradients } = await attackImage(classifier, request, undefined);
  expect(success).toBe(true);
  const count = logits.length / 10;
  expect(points.length).toBe(count * image.length);
  expect(points.slice(0, image.length)).toEqual(image);
  // The image, a point for each gradient.
  expect(count).toBe(1 + gradients);
  const best = (i: number): number =>
    logits.slice(10 * i, 10 * i + 10).indexOf(Math.max(...logits.slice(10 * i, 10 * i + 10)));
  expect(Array.from({ length: count }, (_, i) => best(i) === 9)).toEqual([...new Array(count - 1).fill(true), false]);
  expect(best(count - 1)).toBe(predicted);
  expect(
    points.every((value, i) => Math.abs(value - image[i % image.length]!) <= 0.1 + 1e-6 && value >= 0 && value <= 1),
  ).toBe(true);
  // An image without a label counts as what the net takes it for.
  expect((await attackImage(classifier, { ...request, label: -1 }, undefined)).label).toBe(9);
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});

test("the curves fall, from the share of images that the nets have right", async () => {
  const nets = { relu: await shippedNet("relu"), kwta: await shippedNet("kwta") };
  const before = tf.memory().numTensors;
  const found: CurvePoint[] = [];
  const request = { images: 4, epsilons: [0, 0.15, 0.25], seed: 0, batchSize: 4 };
  await accuracyCurve(
    request,
    async (net) => nets[net].classifier,
    (point) => found.push(point),
    undefined,
  );
  expect(found.map(({ duel, eps }) => `${duel} ${eps}`)).toHaveLength(9);
  for (const duel of ["relu-pgd", "kwta-pgd", "kwta-gate"]) {
    const counts = found.filter((point) => point.duel === duel).map(({ accuracy }) => accuracy.count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    // Image 1 is one that the k-WTA net has wrong.
    expect(counts[0]).toBe(duel === "relu-pgd" ? 4 : 3);
    expect(counts[2]).toBeLessThan(counts[0]!);
  }
  expect(tf.memory().numTensors).toBe(before);
  for (const { model } of Object.values(nets)) model.dispose();
});

test("the shipped nets are together below 1 MB; files that hold no small-cnn are refused with advice", async () => {
  const files = await Promise.all((["relu", "kwta"] as const).map((name) => readFile(netFile(name))));
  expect(files.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1e6);
  const before = tf.memory().numTensors;
  const other = encodeSafetensors({
    tensors: new Map([["fc.weight", { shape: [2], data: new Float32Array(2) }]]),
    metadata: {},
  });
  expect(() => makeNet(other, "other.safetensors", "relu")).toThrow(
    'other.safetensors holds no small-cnn: it has no tensor "conv1.weight", but 1 others (fc.weight, ...). Train one with kwta train',
  );
  const part = new Map([["conv1.weight", { shape: [4, 1, 3, 3], data: new Float32Array(36) }]]);
  expect(() => makeNet(encodeSafetensors({ tensors: part, metadata: {} }), "part", "relu")).toThrow(
    /belong to another network. \d+ missing/,
  );
  expect(() => makeNet(new Uint8Array([1, 2, 3]), "noise.bin", "relu")).toThrow(
    /noise\.bin is not a usable safetensors file/,
  );
  expect(() => makeNet(new Uint8Array(files[1]!), "kwta", "kwta:7")).toThrow(/gamma is 7/);
  expect(tf.memory().numTensors).toBe(before);
});
