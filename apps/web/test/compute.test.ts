import { readFile } from "node:fs/promises";
import { decodeSafetensors, encodeSafetensors, keyedRandom } from "@kwta/core";
import { rate, type Rate } from "@kwta/evaluation";
import { kwta } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { winnersText } from "../src/activations/winners-text.ts";
import { findingOf } from "../src/attack/finding.ts";
import { questionsOf, startsOf } from "../src/attack/margins.ts";
import { activationColumns } from "../src/compute/activations.ts";
import { glyph } from "../src/compute/glyph.ts";
import { REACH } from "../src/compute/grid.ts";
import { attackImage } from "../src/compute/image-attack.ts";
import { LOGIT_POINTS, logitLines } from "../src/compute/logit-lines.ts";
import { makeNet } from "../src/compute/make-net.ts";
import { landscapes } from "../src/compute/landscape.ts";
import { piecesOf } from "../src/compute/pieces.ts";
import { openPlayground, type NetPicture, type PlaygroundSettings } from "../src/compute/playground.ts";
import { race, type Heat } from "../src/compute/race.ts";
import { makeProblem, PROBLEMS } from "../src/compute/problems.ts";
import { startPageBackend } from "../src/compute/start-backend.ts";
import { numbersOf } from "../src/playground/numbers-of.ts";
import { pieceAt } from "../src/playground/probe.ts";
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
  // On the points, the lines are what the loss was computed of; between two of ReLU's there is no gap.
  const { points, targets } = makeProblem("bump", 0);
  for (const { pieces, losses } of Object.values(nets)) {
    const squares = Array.from(points, (x, i) => (pieceAt(pieces!, x).value - targets[i]!) ** 2);
    const loss = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    expect(loss / losses.at(-1)!).toBeCloseTo(1, 1);
  }
  const gaps = ({ pieces }: NetPicture): number[] =>
    Array.from(pieces!.left.subarray(1), (height, i) => Math.abs(height - pieces!.right[i]!));
  expect(Math.max(...gaps(nets.relu))).toBeLessThan(1e-6);
  expect(Math.max(...gaps(nets.kwta))).toBeGreaterThan(0.05);
});

test("the pieces are those of the op: the same winners from end to end of each, others in the next", async () => {
  const random = (name: string): Float32Array => keyedRandom(1, name).normal(new Float32Array(24));
  const [first, bias] = [random("weights"), random("bias")];
  for (const k of [5, undefined]) {
    const last = { weights: random("last"), bias: new Float32Array(1), winners: "none" } as const;
    const { at, won } = piecesOf([{ weights: first, bias, winners: k }, last], -REACH, REACH);
    const pieces = at.length - 1;
    expect(pieces).toBeGreaterThan(5);
    for (let i = 0; i < pieces; i++) {
      const ends = [0.001, 0.999].map((share) => at[i]! + share * (at[i + 1]! - at[i]!));
      const units = tf.tensor2d(
        ends.flatMap((x) => Array.from(first, (weight, unit) => x * weight + bias[unit]!)),
        [2, 24],
      );
      const wins = tf.grad((x: tf.Tensor) => (k === undefined ? tf.relu(x) : kwta(x, { k })))(units);
      const mine = Array.from(won.subarray(24 * i, 24 * i + 24));
      expect(Array.from(await wins.data())).toEqual([...mine, ...mine]);
      if (i > 0) expect(mine).not.toEqual(Array.from(won.subarray(24 * i - 24, 24 * i)));
      tf.dispose([units, wins]);
    }
  }
});

test("a learning rate that is too large ends the training with a sentence, not with an empty picture of numbers", async () => {
  const playground = openPlayground({ ...BUMP, learningRate: 0.9 });
  await playground.trainTo(2000, undefined);
  const { ended, step, nets } = await playground.picture();
  playground.dispose();
  expect(ended).toBe(true);
  expect(step).toBeLessThan(2000);
  const lost = Object.values(nets).find(({ losses }) => !Number.isFinite(losses.at(-1)))!;
  expect(numbersOf(lost, makeProblem("bump", 0), "k-WTA")).toBe(
    "The loss is no number any more: the learning rate is too large. Choose a smaller one.",
  );
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
  },
);

test("the columns are figure 2 of the paper", async () => {
  const float = (values: readonly number[]): number[] => Array.from(Float32Array.from(values));
  const columns = await activationColumns({ values: [0.8, -0.2, -0.4, 1.7, 1.1, 0.9], k: 3 });
  expect(columns.relu).toEqual(float([0.8, 0, 0, 1.7, 1.1, 0.9]));
  expect(columns.maxPool).toEqual(float([0.8, 1.7, 1.1]));
  expect(columns.lwta).toEqual(float([0.8, 0, 0, 1.7, 1.1, 0]));
  expect(columns.kwta).toEqual(float([0, 0, 0, 1.7, 1.1, 0.9]));
  expect(winnersText(columns, 3)).toBe("k-WTA keeps 1.7, 1.1, 0.9; its bar stands at 0.9.");
});

test("a 0 can win, and equal numbers win together: the text says why", async () => {
  const text = async (values: number[], k: number): Promise<string> =>
    winnersText(await activationColumns({ values, k }), k);
  expect(await text([0, 0, 0, 0, 0, 0], 3)).toBe(
    "k-WTA keeps 0, 0, 0, 0, 0, 0; its bar stands at 0. Those are 6 winners and not 3: all numbers that equal the k-th largest win.",
  );
  expect(await text([-1, 0, -0.5, 1, -2, -0.1], 2)).toBe("k-WTA keeps 0, 1.0; its bar stands at 0.");
});

test("a finding is stated only once the intervals have parted", () => {
  const tally = (relu: number, pgd: number, gate: number, n: number): string =>
    findingOf({ "relu-pgd": rate(relu, n), "kwta-pgd": rate(pgd, n), "kwta-gate": rate(gate, n) });
  expect(tally(17, 22, 14, 40)).toBe(
    "PGD leaves 22 of 40 images to the k-WTA net and 17 of 40 to the ReLU net: the intervals overlap, so that tells no difference yet. " +
      "Looking past the jumps, adaptive PGD leaves it 14 of 40: no difference from PGD yet.",
  );
  expect(tally(70, 119, 64, 200)).toBe(
    "Judged by PGD, k-WTA is the more robust: PGD leaves 119 of 200 images to the k-WTA net and 70 of 200 to the ReLU net. " +
      "Looking past the jumps, adaptive PGD leaves it 64 of 200: PGD had flattered it.",
  );
  expect(tally(187, 150, 151, 200)).toMatch(/^Judged by PGD, ReLU is the more robust: .*no difference from PGD yet\.$/);
  expect(findingOf({})).toBe("");
});

test("an attack on one image is kept point by point, from the image to what broke the net", async () => {
  const { classifier, model } = await shippedNet("relu");
  const before = tf.memory().numTensors;
  const image = glyph(9);
  const request = {
    net: "relu",
    attack: "pgd:steps=20,restarts=3",
    image,
    label: 9,
    id: 9,
    eps: 0.1,
    seed: 0,
  } as const;
  const { points, logits, success, predicted, gradients } = await attackImage(
    classifier,
    classifier,
    request,
    () => {},
    undefined,
  );
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
  // Every gradient but the last is on the way of the one start; the margin passes 0 at the end alone.
  const attack = await attackImage(classifier, classifier, request, () => {}, undefined);
  const [start, ...others] = startsOf(questionsOf(attack));
  expect(others).toEqual([]);
  expect(start!.map(([followed]) => followed)).toEqual(Array.from({ length: count - 1 }, (_, i) => i));
  expect(start!.map(([, margin]) => margin > 0)).toEqual([...new Array(count - 2).fill(false), true]);
  // The logits on the way begin and end with what the attack was told.
  const lines = await logitLines(classifier, { net: "relu", from: image, to: points.slice(-image.length) }, undefined);
  expect(lines).toHaveLength(10 * LOGIT_POINTS);
  expect(lines.subarray(0, 10)).toBeAllclose(logits.subarray(0, 10), { atol: 1e-5 });
  expect(lines.subarray(-10)).toBeAllclose(logits.subarray(-10), { atol: 1e-5 });
  // An image without a label counts as what the net takes it for.
  expect((await attackImage(classifier, classifier, { ...request, label: -1 }, () => {}, undefined)).label).toBe(9);
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});

test("a race counts what each attack leaves standing, and a landscape is the loss of the net, melted too", async () => {
  const nets = { relu: await shippedNet("relu"), kwta: await shippedNet("kwta") };
  const before = tf.memory().numTensors;
  const found: Heat[] = [];
  await race(
    { images: 2, eps: 0.25, seed: 0, heat: 1 },
    async (net) => nets[net].classifier,
    (heat) => found.push(heat),
    undefined,
  );
  expect(found).toHaveLength(10);
  const last = new Map<string, Rate>(found.map(({ duel, standing }) => [duel, standing]));
  expect(["relu-pgd", "kwta-pgd", "kwta-gate"].map((duel) => last.get(duel))).toEqual(new Array(3).fill(rate(0, 2)));

  const image = glyph(9);
  const points = new Float32Array([...image, ...image.map((pixel, i) => pixel + (i % 2 === 0 ? 0.1 : -0.1))]);
  const around = { image, label: 9, eps: 0.1, points, seed: 0, side: 3 };
  const { kwta: losses, melted, path } = await landscapes(nets, around, undefined);
  const logits = tf.tidy(() => nets.kwta.classifier.logits(tf.tensor4d(image, [1, 28, 28, 1]), Int32Array.of(0)));
  const scores = await logits.data<"float32">();
  const loss = Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[9]!;
  expect(losses[4]).toBeCloseTo(loss, 4);
  expect(melted).not.toEqual(losses);
  // From the image, along the first direction, to its end.
  expect(Array.from(path, (value) => Math.round(100 * value) / 100 + 0)).toEqual([0, 0, 1, 0]);
  logits.dispose();
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
  // What the file says of its activation goes before what the reader says.
  const { tensors } = decodeSafetensors(new Uint8Array(files[0]!));
  const written = encodeSafetensors({ tensors, metadata: { activation: "relu" } });
  const { id, model } = makeNet(written, "mine", "kwta:0.1");
  expect(id).toBe("small-cnn-w16@relu");
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
