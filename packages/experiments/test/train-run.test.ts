import type { BackendReport } from "@kwta/backend";
import { DATASETS } from "@kwta/datasets/node";
import { kwtaLayers } from "@kwta/op";
import { accuracy, type EpochMetrics } from "@kwta/training";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { quickstartSettings, trainingPlan, type RunSettings } from "../src/index.ts";
import { loadRunModel, openDataset, startEngine, trainRun } from "../src/index.node.ts";

const settings: RunSettings = {
  model: "small-cnn-w4@kwta:0.3",
  dataset: { name: "glyphs28", subset: 40, testSize: 30 },
  method: "incremental",
  training: { epochs: 1, batchSize: 20, seed: 3 },
  incremental: { from: 0.3, by: 0.1, every: 1, to: 0.1, learningRate: 0.05 },
};

let engine: BackendReport;
beforeAll(async () => void (engine = await startEngine({ backend: "wasm", threads: 1 })));

const folder = async (): Promise<string> => join(await mkdtemp(join(tmpdir(), "kwta-train-run-")), "run");

test("the net of an incremental training is there at each sparsity ratio", async () => {
  const dataset = await openDataset(settings.dataset);
  expect([dataset.train.size, dataset.test.size]).toEqual([40, 30]);
  const path = await folder();
  const { folder: run, model } = await trainRun(path, settings, dataset, { engine });
  const epochs = (await run.readMetrics()).filter((line): line is EpochMetrics => line.kind === "epoch");
  expect(epochs.map(({ gamma }) => gamma)).toEqual([0.3, 0.2, 0.1]);
  for (const { gamma, testAccuracy } of epochs) {
    const then = await loadRunModel(path, gamma!);
    expect(new Set(kwtaLayers(then).map((layer) => layer.gamma))).toEqual(new Set([gamma]));
    expect(await accuracy(then, dataset.test)).toBe(testAccuracy);
    then.dispose();
  }
  const last = await loadRunModel(path);
  expect(kwtaLayers(last)[0]!.gamma).toBe(0.1);
  await expect(loadRunModel(path, 0.25)).rejects.toThrow(
    /kept no weights of gamma 0.25. It kept those of 0.1, 0.2, 0.3/,
  );
  model.dispose();
  last.dispose();
});

test.each([
  [{ method: "trades" }, /Unknown training method "trades".*adversarial/],
  [{ method: "natural" }, /settings of incremental training, but the method is natural/],
  [{ incremental: { to: 1e-6, from: 0.3, by: 0.1 } }, /0 winners/],
  [{ training: { ...settings.training, augment: "twist" } }, /"twist"/],
  [{ model: "small-cnn-w2@relu" }, /no k-WTA layer/],
])("refuses %j before it makes a folder", async (change, message) => {
  const path = await folder();
  const changed = { ...settings, ...change } as RunSettings;
  await expect(trainRun(path, changed, await openDataset(settings.dataset), { engine })).rejects.toThrow(message);
  expect(existsSync(path)).toBe(false);
});

test("every data set has a preset, and says what it takes", async () => {
  for (const name of Object.keys(DATASETS)) {
    const { dataset, architecture } = quickstartSettings({ dataset: name, subset: 100, imageSize: [8, 8] });
    expect(dataset).toMatchObject({ name, subset: 100, imageSize: [8, 8] });
    expect(architecture).toMatch(/small-cnn|resnet18/);
    if (name === "folder") continue;
    await expect(openDataset(dataset)).rejects.toThrow(`The images of ${name} have a size of their own`);
  }
  expect(quickstartSettings({ dataset: "folder" }).dataset).toEqual({ name: "folder" });
});

test("a plan is a method and its parts", () => {
  expect(trainingPlan(settings).settings.map(({ epochs, gamma }) => [epochs, gamma])).toEqual([
    [1, 0.3],
    [2, { from: 0.3, by: 0.1, every: 1, to: 0.1 }],
  ]);
  const { incremental: _, ...rest } = settings;
  expect(trainingPlan({ ...rest, method: "adversarial", adversarial: { eps: 0.1 } })).toMatchObject({
    method: { id: "adversarial" },
    settings: [settings.training],
  });
});
