import type { BackendReport } from "@kwta/backend";
import { keyedRandom } from "@kwta/core";
import { kwtaLayers } from "@kwta/op";
import { readWeights } from "@kwta/training";
import { readGammaWeights } from "@kwta/training/node";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KWTA } from "@kwta/op";
import { beforeAll, expect, test } from "vitest";
import { affinePieces, outputsAt } from "../src/figures/_affine-pieces.ts";
import { lossSurface, raggedness } from "../src/figures/_loss-surface.ts";
import { directNet, incrementalNet, reluNet, type NetPlan } from "../src/figures/net-settings.ts";
import { figureRecipe, figureSettings, FIGURES, type FigureSettings } from "../src/index.ts";
import {
  fromRun,
  loadRunModel,
  makeFigures,
  openDataset,
  readFigure,
  startEngine,
  trainRun,
} from "../src/index.node.ts";

let engine: BackendReport;
beforeAll(async () => void (engine = await startEngine({ backend: "wasm", threads: 1 })));

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "kwta-figures-"));

/** The smoke preset with next to no training. */
function tiny(): FigureSettings {
  const smoke = figureSettings({ seed: 1 });
  const { resnet } = smoke.nets;
  const plan: NetPlan = {
    ...resnet,
    architecture: "small-cnn-w3",
    dataset: { name: "glyphs28", subset: 64, testSize: 24 },
    training: { ...resnet.training, epochs: 2, batchSize: 16 },
    incremental: { from: 0.3, by: 0.2, every: 1, to: 0.1, learningRate: 0.02 },
    gammas: [0.3, 0.1],
    adversarial: { training: { epochs: 1 }, attack: { eps: 0.1, steps: 1, stepSize: "1 eps" } },
  };
  return {
    ...smoke,
    nets: { resnet: plan, wideResNet: plan, denseNet: plan },
    figure1: { ...smoke.figure1, units: 60, gamma: 0.05, steps: 60 },
    surface: { extent: 0.1, points: 5 },
  };
}

test(
  "figures 2 and 5, stopped in the middle and made again, are those of an undisturbed run",
  { timeout: 120_000 },
  async () => {
    const before = tf.memory().numTensors;
    const straight = await makeFigures(await folder(), [2, 5], tiny(), { engine });
    expect(straight[0]!.file.notes).toEqual([{ kind: "agrees", text: "All values are those of the paper's figure." }]);

    const out = await folder();
    for (const [task, reports] of [
      ["train small-cnn-w3@relu", 2],
      ["measure figure 5", 8],
    ] as const) {
      const stop = new AbortController();
      let heard = 0;
      const onProgress = (progress: { readonly task: string }): void => {
        if (progress.task === task && ++heard === reports) stop.abort();
      };
      await expect(makeFigures(out, [2, 5], tiny(), { engine, signal: stop.signal, onProgress })).rejects.toThrow(
        "Stopped",
      );
    }
    const resumed = await makeFigures(out, [2, 5], tiny(), { engine });
    expect(resumed.map(({ file }) => file)).toEqual(straight.map(({ file }) => file));

    // Four nets, two of which were trained adversarially.
    const models = await readdir(join(out, "models"));
    expect(models.filter((name) => name.includes("adversarial"))).toHaveLength(2);
    expect(models).toHaveLength(4);
    const { paths, file } = resumed[1]!;
    expect(await readFigure(paths.json)).toEqual(file);
    expect((await readFile(paths.png)).subarray(1, 4).toString()).toBe("PNG");
    expect(tf.memory().numTensors).toBe(before);
  },
);

test("the nets of another figure with the same settings are not trained again", async () => {
  const settings = tiny();
  const recipe = figureRecipe(7, { ...settings, figure7: { resnet: [0.3], denseNet: [0.3, 0.1] } });
  const trainings = new Set(recipe.nets.map(({ run }) => JSON.stringify(run)));
  expect([recipe.nets.length, trainings.size]).toEqual([4, 2]);
  for (const figure of FIGURES) expect(figureRecipe(figure, settings).figure).toBe(figure);
  const places = figureSettings({ preset: "small", dataDir: "/somewhere" });
  expect(directNet(places.nets.resnet, 0.1).run.dataset.dataDir).toBe("/somewhere");
});

test("an incremental training's base is the direct training, to the bit", async () => {
  const { resnet } = tiny().nets;
  const path = join(await folder(), "run");
  const { run } = incrementalNet(resnet, 0.3);
  const dataset = await openDataset(run.dataset);
  (await trainRun(path, run, dataset, { engine })).model.dispose();
  const direct = { ...run, method: "natural" as const };
  delete (direct as { incremental?: unknown }).incremental;
  const { model } = await trainRun(join(await folder(), "run"), direct, dataset, { engine });
  expect(await readWeights(model)).toEqual(await readGammaWeights(path, 0.3));
  model.dispose();

  // What such a run offers to the figures.
  const from = await fromRun(path);
  expect(from.kept.map(({ gamma }) => gamma)).toEqual([0.1, 0.3]);
  const net = await loadRunModel(path, from.kept[1]!.gamma);
  expect(kwtaLayers(net)[0]!.gamma).toBe(0.3);
  net.dispose();
  const settings = { ...tiny(), from };
  expect(figureRecipe(6, settings).nets.map(({ run: own }) => own.method)).toEqual([
    "natural",
    "incremental",
    "natural",
    "incremental",
  ]);
  const [made] = await makeFigures(await folder(), [7], settings, { engine });
  expect(made!.file.data).toMatchObject({ surfaces: [{ activation: "kwta:0.3" }, { activation: "kwta:0.1" }] });
  expect(() => figureRecipe(2, settings)).toThrow(/Figure 2 shows no trained run. Leave --from out/);
  const natural = { ...from, net: { ...from.net, run: direct }, kept: [] };
  expect(() => figureRecipe(4, { ...settings, from: natural })).toThrow(/Name a run of --method incremental/);
  expect(() => figureRecipe(6, { ...settings, from: natural })).toThrow(/this run is of --method natural/);
  expect(figureRecipe(7, { ...settings, from: natural }).nets).toHaveLength(1);
});

test("affine pieces are the net: affine inside, cut where it jumps", async () => {
  const units = 40;
  const net = sequential({
    layers: [layers.dense({ units, inputShape: [1] }), new KWTA({ gamma: 0.1 }), layers.dense({ units: 1 })],
  });
  const random = (name: string): tf.Tensor2D =>
    tf.tensor2d(keyedRandom(3, name).normal(new Float32Array(units)), [1, units]);
  net.layers[0]!.setWeights([
    tf.mul(random("slope"), 4),
    tf.reshape(tf.sub(random("offset"), tf.mul(random("slope"), 2)), [units]),
  ]);
  net.layers[2]!.setWeights([tf.reshape(random("out"), [units, 1]), tf.zeros([1])]);
  const pieces = await affinePieces(net, 201);
  expect(pieces.length).toBeGreaterThan(4);
  expect([pieces[0]!.x[0], pieces.at(-1)!.x[1]]).toEqual([0, 1]);
  const inside = pieces.flatMap(({ x, y }) =>
    [0.01, 0.3, 0.99].map((t) => ({ x: x[0]! + t * (x[1]! - x[0]!), y: y[0]! + t * (y[1]! - y[0]!) })),
  );
  const outputs = await outputsAt(
    net,
    inside.map(({ x }) => x),
  );
  outputs.forEach((output, i) => expect(output).toBeCloseTo(inside[i]!.y, 4));
  net.dispose();
});

test("a loss surface is the cross-entropy over the plane of a random and the gradient direction", async () => {
  const net = sequential({
    layers: [layers.flatten({ inputShape: [2, 2, 1] }), layers.dense({ units: 2, name: "linear" })],
  });
  net.getLayer("linear").setWeights([tf.tensor2d([1, -1, 2, 0, -3, 1, 0, 2], [4, 2]), tf.zeros([2])]);
  const x = tf.tensor4d([0.1, 0.2, 0.3, 0.4], [1, 2, 2, 1]);
  const { random, gradient, loss } = await lossSurface(
    net,
    { x, label: 0, id: 5 },
    { extent: 0.2, points: 5, seed: 2 },
  );
  expect([random, gradient]).toEqual([
    [-0.2, -0.1, 0, 0.1, 0.2],
    [-0.2, -0.1, 0, 0.1, 0.2],
  ]);
  // Logit 1 minus logit 0 is (-2, -2, 4, 2) . x: with label 0, its signs are the gradient's.
  const direction = Array.from(keyedRandom(2, "loss surface", 5).normal(new Float32Array(4)), Math.sign);
  const slope = [-2, -2, 4, 2];
  const at = (a: number, b: number): number => {
    const margin = slope.reduce(
      (sum, s, i) => sum + s * ([0.1, 0.2, 0.3, 0.4][i]! + a * direction[i]! + b * Math.sign(s)),
      0,
    );
    return Math.log1p(Math.exp(margin));
  };
  gradient.forEach((b, i) => random.forEach((a, j) => expect(loss[i]![j]).toBeCloseTo(at(a, b), 4)));
  expect(raggedness({ loss })).toBeLessThan(0.02);
  expect(raggedness({ loss: loss.map((row, i) => row.map((_, j) => (i + j) % 2)) })).toBe(1);
  tf.dispose(x);
  net.dispose();
});

test("what cannot be used is refused in a sentence", async () => {
  expect(() => figureSettings({ preset: "large" })).toThrow(/preset "large".*smoke, small/);
  expect(() => figureSettings({ dataset: "cifar11" })).toThrow(/"cifar11".*cifar10/);
  expect(() => figureSettings({ dataset: "folder" })).toThrow(/--from/);
  const out = await folder();
  await expect(fromRun(out)).rejects.toThrow(/no run.json/);
  const file = { schema: "kwta-run@1", settings: reluNet(tiny().nets.resnet).run, computedBy: [] };
  await writeFile(join(out, "run.json"), JSON.stringify(file));
  await expect(fromRun(out)).rejects.toThrow(/is not finished.*kwta train --resume/);
  await expect(readFigure(join(out, "run.json"))).rejects.toThrow(/kwta-run@1/);
  const empty = join(out, "figures");
  const missing = figureSettings({ preset: "small", dataDir: join(out, "nowhere") });
  await expect(makeFigures(empty, [3], missing, { engine })).rejects.toThrow(/nowhere/);
  expect(await readdir(out)).toEqual(["run.json"]);
});
