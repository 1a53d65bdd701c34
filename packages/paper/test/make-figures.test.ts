import type { BackendReport } from "@kwta/backend";
import { keyedRandom } from "@kwta/core";
import { kwtaLayers, KWTA } from "@kwta/op";
import { loadRunModel, openDataset, readGammaWeights, trainRun, type RunFile } from "@kwta/runs";
import { getWeights, methodSettings, standard } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { affinePieces, outputsAt } from "../src/figure-1/affine-pieces.ts";
import { figure2 } from "../src/figure-2/index.ts";
import { figure4 } from "../src/figure-4/index.ts";
import { figure5 } from "../src/figure-5/index.ts";
import { figure6 } from "../src/figure-6/index.ts";
import { figure7 } from "../src/figure-7/index.ts";
import type { CosineData } from "../src/figure-cosine/data.ts";
import { figureCosine } from "../src/figure-cosine/index.ts";
import type { GradientsData } from "../src/figure-gradients/data.ts";
import { figureGradients } from "../src/figure-gradients/index.ts";
import type { StrengthData } from "../src/figure-strength/data.ts";
import { figureStrength } from "../src/figure-strength/index.ts";
import type { WinnersData } from "../src/figure-winners/data.ts";
import { figureWinners } from "../src/figure-winners/index.ts";
import { fromRun, makeFigures, readFigure, recipeOf } from "../src/index.node.ts";
import {
  defineFigure,
  drawFigure,
  everyFigure,
  figureSetup,
  PRESETS,
  TABLES,
  type FigureFile,
  type FigureSetup,
  type NetPlan,
} from "../src/index.ts";
import { adversarialNet, directNet, incrementalNet, reluNet } from "../src/shared/nets.ts";
import type { ResultTable } from "../src/tables/data.ts";
import { lossSurface } from "../src/shared/surfaces/loss-surface.ts";
import { raggedness } from "../src/shared/surfaces/raggedness.ts";
import { start } from "./backend.ts";

let backend: BackendReport;
beforeAll(async () => void (backend = await start("wasm:threads=1")));

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "kwta-figures-"));

/** The smoke preset with next to no training. */
function tiny(): FigureSetup {
  const { preset, seed } = figureSetup({ seed: 1 });
  const { resnet } = preset.nets;
  const plan: NetPlan = {
    ...resnet,
    architecture: "small-cnn-w3",
    dataset: { name: "glyphs28", subset: 64, testSize: 24 },
    training: { ...resnet.training, epochs: 2, batchSize: 16 },
    incremental: { from: 0.3, by: 0.2, every: 1, to: 0.1, learningRate: 0.02 },
    gammas: [0.3, 0.1],
    adversarial: { training: { epochs: 1 }, attack: { eps: "0.1", steps: 1, stepSize: "1 eps" } },
  };
  const nets = { resnet: plan, wideResNet: plan, denseNet: plan, sweep: plan, family: plan };
  return { preset: { ...preset, nets, scale: { ...preset.scale, extent: 0.1 }, surfacePoints: 5, images: 3 }, seed };
}

test(
  "figures 2 and 5, stopped in the middle and made again, are those of an undisturbed run",
  { timeout: 120_000 },
  async () => {
    const before = tf.memory().numTensors;
    const straight = await makeFigures(await folder(), [figure2, figure5], tiny(), { backend });
    expect(straight[0]!.file.notes).toEqual([
      { claim: "activation", kind: "agrees", text: "All values are those of the paper's figure." },
    ]);

    const out = await folder();
    for (const [task, reports] of [
      ["train small-cnn-w3@relu", 2],
      ["measure Figure 5", 8],
    ] as const) {
      const stop = new AbortController();
      let heard = 0;
      const onProgress = (progress: { readonly task: string }): void => {
        if (progress.task === task && ++heard === reports) stop.abort();
      };
      await expect(
        makeFigures(out, [figure2, figure5], tiny(), { backend, signal: stop.signal, onProgress }),
      ).rejects.toThrow("Stopped");
    }
    const resumed = await makeFigures(out, [figure2, figure5], tiny(), { backend });
    expect(resumed.map(({ file }) => file)).toEqual(straight.map(({ file }) => file));

    // Four nets, two of which were trained adversarially.
    const models = await readdir(join(out, "models"));
    expect(models.filter((name) => name.includes("adversarial"))).toHaveLength(2);
    expect(models).toHaveLength(4);
    const { paths, file } = resumed[1]!;
    expect(await readFigure(paths.json)).toEqual(file);
    expect((await readFile(paths.png!)).subarray(1, 4).toString()).toBe("PNG");
    expect(tf.memory().numTensors).toBe(before);
  },
);

test(
  "a table has each attack alone, their worst case and that of adaptive, as JSON, Markdown, CSV and LaTeX",
  { timeout: 120_000 },
  async () => {
    const out = await folder();
    const table = TABLES.find(({ id }) => id === "table-glyphs28")!;
    const few = defineFigure({
      ...table,
      settings: (setup) => ({ ...table.settings(setup), samples: 4, methods: ["standard" as const] }),
    });
    const [made] = await makeFigures(out, [few], tiny(), { backend });
    const { data } = made!.file as FigureFile<ResultTable>;
    expect(data.rows.map(({ method, activation }) => `${method} ${activation}`)).toEqual([
      "standard relu",
      "standard kwta:0.1",
    ]);
    expect(data.rows.map(({ transfer }) => transfer === null)).toEqual([true, false]);
    for (const { clean, attacks, transfer, worst, adaptive } of data.rows) {
      const each = new Set([...attacks, ...(transfer === null ? [] : [transfer])].flatMap(({ wrong }) => wrong));
      expect([...each].sort((a, b) => a - b)).toEqual(worst.wrong);
      expect(worst.wrong.every((position) => adaptive.wrong.includes(position))).toBe(true);
      expect(clean.wrong.every((position) => worst.wrong.includes(position))).toBe(true);
    }
    const { markdown, csv, latex, json } = made!.paths;
    expect(await readFile(markdown!, "utf8")).toMatch(/\| standard \(2 epochs of 64\) +\| kwta:0.1 +\|/);
    expect((await readFile(csv!, "utf8")).split("\r\n")[0]).toMatch(
      /^training,"training, detail",activation,clean,"clean, detail",PGD-40/,
    );
    expect(await readFile(latex!, "utf8")).toContain("\\begin{tabular}{llrrrrrrrr}");
    expect(await readFigure(json)).toEqual(made!.file);
  },
);

test("a part that fails does not lose the others", { timeout: 60_000 }, async () => {
  const failing = defineFigure({
    ...figure2,
    id: "figure-bad",
    recipe: (own, setup) => ({ ...figure2.recipe(own, setup), measure: () => Promise.reject(new Error("no")) }),
  });
  const failed: unknown[] = [];
  const onFailed = (figure: { readonly id: string }, error: unknown): void =>
    void failed.push([figure.id, String(error)]);
  const made = await makeFigures(await folder(), [failing, figure2], tiny(), { backend, onFailed });
  expect(made.map(({ file }) => file.figure)).toEqual(["figure-2"]);
  expect(failed).toEqual([["figure-bad", "Error: no"]]);
  await expect(makeFigures(await folder(), [failing], tiny(), { backend })).rejects.toThrow("no");
});

test("the refutation, measured: what holds whatever the nets are", { timeout: 120_000 }, async () => {
  const before = tf.memory().numTensors;
  const { preset, seed } = tiny();
  const setup = { preset: { ...preset, most: 6, attack: { ...preset.attack, temperatures: [0.2] } }, seed };
  const own = [
    {
      ...figureGradients,
      settings: () => ({
        ...figureGradients.settings(setup),
        steps: 3,
        starts: 2,
        queries: 20,
        ladder: [[2, 4]] as const,
      }),
    },
    { ...figureCosine, settings: () => ({ ...figureCosine.settings(setup), directions: 6, sigmas: [0.0001, 1] }) },
    { ...figureWinners, settings: () => ({ ...figureWinners.settings(setup), activations: ["kwta:0.1", "relu"] }) },
    {
      ...figureStrength,
      settings: () => ({ ...figureStrength.settings(setup), steps: [1, 3], starts: 2, widths: [3, 4] }),
    },
  ].map((figure) => defineFigure(figure as unknown as typeof figure2));
  const made = await makeFigures(await folder(), own, setup, { backend });
  const [gradients, cosine, winners, strength] = made.map(({ file }) => file.data) as [
    GradientsData,
    CosineData,
    WinnersData,
    StrengthData,
  ];

  // PGD asks once a step and about its end, with a backward pass each but the last of a start.
  expect(gradients.nets.map(({ attacks }) => attacks.map(({ id }) => id).join())).toEqual([
    "pgd,gate,apgd,estimate,square",
    "pgd,gate,apgd,estimate,square",
    "pgd,apgd,estimate,square",
  ]);
  for (const { attacks } of gradients.nets) {
    const wrong = attacks.map(({ brokenAt }) => brokenAt.map((at) => at === 0).join());
    expect(new Set(wrong).size).toBe(1);
    for (const { brokenAt, passes } of attacks) for (const at of brokenAt) expect(at ?? 0).toBeLessThanOrEqual(passes);
  }
  // A ReLU net is affine where steps are small enough, and its gradient says all; nothing changes there either.
  const relu = cosine.lines.find(({ activation }) => activation === "relu")!;
  for (const each of relu.cosines[0]!) expect(each === 0 || each > 0.9).toBe(true);
  const [kwta, plain] = winners.nets;
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  for (const { lost, change } of [kwta!, plain!]) {
    for (const each of lost.flat()) expect(each >= 0 && each <= 1).toBe(true);
    expect(sum(change.at(-1)!)).toBeGreaterThan(sum(change[0]!));
  }
  // More steps and starts never leave more where the best point counts.
  for (const { clean, best, starts } of strength.nets) {
    for (const [fewer, more] of [
      [clean, best[0]!],
      [best[0]!, best[1]!],
      [best[1]!, starts[0]!],
      [starts[0]!, starts[1]!],
    ]) {
      expect(fewer!.wrong.every((position) => more!.wrong.includes(position))).toBe(true);
    }
  }
  expect(strength.widths.map(({ width }) => width)).toEqual([3, 4]);
  for (const { strong, gate } of strength.widths)
    expect(strong.wrong.every((at) => gate.wrong.includes(at))).toBe(true);
  expect(tf.memory().numTensors).toBe(before);
});

test("the nets of another figure with the same settings are not trained again", () => {
  const setup = tiny();
  const { nets } = figure7.recipe({ ...figure7.settings(setup), resnet: [0.3], denseNet: [0.3, 0.1] }, setup);
  const trainings = new Set(nets.map(({ run }) => JSON.stringify(run)));
  expect([nets.length, trainings.size]).toEqual([5, 2]);
  const places = figureSetup({ preset: "laptop", dataDir: "/somewhere" });
  expect(directNet(places.preset.nets.resnet, 0.1).run.dataset.dataDir).toBe("/somewhere");
});

test("every figure is there at every preset, and ids, names and titles tell them apart", () => {
  for (const { name } of PRESETS) {
    const setup = figureSetup({ preset: name });
    const figures = everyFigure();
    const titles = figures.map((figure) => recipeOf(figure, setup).title);
    expect(new Set(titles).size).toBe(figures.length);
  }
  const setup = tiny();
  const other = { ...setup, preset: { ...setup.preset, name: "huge" } };
  expect(() => recipeOf(figure4, other)).toThrow(/Unknown preset of Figure 4 "huge"\. Known: .*laptop/);
  expect(new Set(everyFigure().flatMap(({ id, name }) => [id, name])).size).toBe(2 * everyFigure().length);
  expect(() => defineFigure({ ...figure2, id: "../figure 2" })).toThrow(/Call it "figure-4" or "table-2"/);
});

test("a figure of one's own is made and drawn like ours", async () => {
  const own = defineFigure({ ...figure2, id: "table-9", name: "Table 9" });
  const [made] = await makeFigures(await folder(), [own], tiny(), { backend });
  expect(made!.paths.json).toMatch(/table-9\.json$/);
  expect(made!.file.figure).toBe("table-9");
  await expect(drawFigure(made!.file)).rejects.toThrow(/Unknown figure "table-9"/);
  expect((await drawFigure(made!.file, [own])).svg).toContain(">Table 9: Four activations");
});

test("the time that a preset says counts every training image", () => {
  const { preset } = figureSetup({ preset: "paper", dataset: "cifar10" });
  // 80 epochs of 50,000 images, forward and back in 24 ms.
  expect(reluNet(preset.nets.resnet).seconds).toBe(80 * 50_000 * 0.024);
  // A step of an attack needs no gradients of weights.
  expect(adversarialNet(preset.nets.resnet, "relu").seconds).toBe(80 * 50_000 * 0.024 * (1 + 0.8 * 10));
});

test("an incremental training's base is the direct training, to the bit", async () => {
  const { resnet } = tiny().preset.nets;
  const path = join(await folder(), "run");
  const { run } = incrementalNet(resnet, 0.3);
  const dataset = await openDataset(run.dataset);
  (await trainRun(path, run, dataset, { backend })).model.dispose();
  const direct = { ...run, method: methodSettings(standard) };
  const { model } = await trainRun(join(await folder(), "run"), direct, dataset, { backend });
  expect(await getWeights(model)).toEqual(await readGammaWeights(path, 0.3));
  model.dispose();

  // What such a run offers to the figures.
  const from = await fromRun(path);
  expect(from.kept.map(({ gamma }) => gamma)).toEqual([0.1, 0.3]);
  const net = await loadRunModel(path, from.kept[1]!.gamma);
  expect(kwtaLayers(net)[0]!.gamma).toBe(0.3);
  net.dispose();
  const setup = { ...tiny(), from };
  expect(recipeOf(figure6, setup).nets.map(({ run: own }) => own.method.id)).toEqual([
    "standard",
    "incremental",
    "standard",
    "incremental",
  ]);
  const [made] = await makeFigures(await folder(), [figure7], setup, { backend });
  expect(made!.file.data).toMatchObject({ surfaces: [{ activation: "kwta:0.3" }, { activation: "kwta:0.1" }] });
  expect(() => recipeOf(figure2, setup)).toThrow(/Figure 2 shows no trained net. Leave --from out/);
  const alone = { ...setup, from: { net: { ...from.net, run: direct }, kept: [] } };
  expect(() => recipeOf(figure4, alone)).toThrow(/Name a run of --method incremental/);
  expect(() => recipeOf(figure6, alone)).toThrow(/this run is of --method standard/);
  expect(recipeOf(figure7, alone).nets).toHaveLength(1);
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
  expect(raggedness({ loss }).relative).toBeLessThan(0.02);
  expect(raggedness({ loss: loss.map((row, i) => row.map((_, j) => ((i + j) % 2) * 3)) })).toEqual({
    relative: 1,
    absolute: 3,
  });
  tf.dispose(x);
  net.dispose();
});

test("what cannot be used is refused in a sentence", async () => {
  expect(() => figureSetup({ preset: "large" })).toThrow(/preset "large".*laptop/);
  expect(() => figureSetup({ dataset: "cifar11" })).toThrow(/"cifar11".*cifar10/);
  expect(() => figureSetup({ dataset: "folder" })).toThrow(/--from/);
  const out = await folder();
  await expect(fromRun(out)).rejects.toThrow(/no run.json/);
  const file: RunFile = { schema: "kwta-run@2", settings: reluNet(tiny().preset.nets.resnet).run, computedBy: [] };
  await writeFile(join(out, "run.json"), JSON.stringify(file));
  await expect(fromRun(out)).rejects.toThrow(/is not finished.*kwta train --resume/);
  await expect(readFigure(join(out, "run.json"))).rejects.toThrow(/kwta-run@2/);
  const empty = join(out, "figures");
  const missing = figureSetup({ preset: "laptop", dataDir: join(out, "nowhere") });
  await expect(makeFigures(empty, [figure5], missing, { backend })).rejects.toThrow(/nowhere/);
  expect(await readdir(out)).toEqual(["run.json"]);
});
