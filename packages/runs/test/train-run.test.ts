import type { BackendReport } from "@kwta/backend";
import { withFolder } from "@kwta/core";
import { kwtaLayers } from "@kwta/op";
import {
  accuracy,
  defineMethod,
  METHODS,
  methodSettings,
  incremental,
  optimizerSettings,
  sgd,
  standard,
  type EpochMetrics,
} from "@kwta/training";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { RunSettings } from "../src/index.ts";
import { loadRunModel, openDataset, readRunFile, trainRun } from "../src/index.node.ts";
import { start } from "./backend.ts";

const settings: RunSettings = {
  model: "small-cnn-w4@kwta:0.3",
  dataset: { name: "glyphs28", subset: 40, testSize: 30 },
  method: methodSettings(incremental({ by: 0.1, every: 1, to: 0.1, learningRate: 0.05 })),
  training: { epochs: 1, batchSize: 20, seed: 3 },
};

let backend: BackendReport;
beforeAll(async () => void (backend = await start("wasm:threads=1")));

const folder = async (): Promise<string> => join(await mkdtemp(join(tmpdir(), "kwta-train-run-")), "run");

test("the net of an incremental training is there at each sparsity ratio", async () => {
  const dataset = await openDataset(settings.dataset);
  expect([dataset.train.size, dataset.test.size]).toEqual([40, 30]);
  const path = await folder();
  const { folder: run, model } = await trainRun(path, settings, dataset, { backend });
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
  [{ method: { id: "traded", params: {} } }, /Unknown training method "traded".*trades/],
  [{ method: { id: "standard", params: { eps: 0.1 } } }, /Unknown parameter of the training method standard "eps"/],
  [{ method: methodSettings(incremental({ to: 1e-6, by: 0.1 })) }, /0 winners/],
  [{ training: { ...settings.training, augment: "twist" } }, /"twist"/],
  [{ model: "small-cnn-w2@relu" }, /this model has no single one/],
])("refuses %j before it makes a folder", async (change, message) => {
  const path = await folder();
  const changed = { ...settings, ...change } as RunSettings;
  await expect(trainRun(path, changed, await openDataset(settings.dataset), { backend })).rejects.toThrow(message);
  expect(existsSync(path)).toBe(false);
});

test("the run says how to repeat it, and by what it was computed; a method of one's own is as good as ours", async () => {
  const path = await folder();
  const seen: number[] = [];
  const own = defineMethod({
    id: "own",
    summary: "Standard training that is counted.",
    params: { weight: { type: "number", default: 1, description: "Of the loss." } },
    objective({ weight }, model, batch, attacked) {
      seen.push(weight);
      return standard().objective(model, batch, attacked);
    },
  });
  const method = methodSettings(own({ weight: 2 }));
  const dataset = await openDataset(settings.dataset);
  const { model } = await trainRun(path, { ...settings, method }, dataset, { backend, methods: [...METHODS, own] });
  model.dispose();
  expect(seen).toEqual([2, 2]);
  const { settings: kept, computedBy } = await readRunFile(path);
  expect(kept).toEqual({ ...settings, method: { id: "own", params: { weight: 2 } } });
  const versions = { kwta: expect.any(String), node: process.versions.node, tfjs: expect.any(String) };
  const platform = `${process.platform} ${process.arch}`;
  expect(computedBy).toEqual([
    { startedAt: expect.any(String), fromStep: 0, backend: backend.spec, threads: 1, platform, versions },
  ]);
});

test("only the same run is gone on with: its settings, its images, and one process at a time", async () => {
  const path = await folder();
  const dataset = await openDataset(settings.dataset);
  const stop = new AbortController();
  const stopped = trainRun(path, settings, dataset, {
    backend,
    signal: stop.signal,
    onProgress: ({ done }) => void (done === 3 && stop.abort()),
  });
  await expect(stopped).rejects.toThrow("Stopped");
  const resume = { backend, resume: true };
  await withFolder(path, async () => {
    await expect(trainRun(path, settings, dataset, resume)).rejects.toThrow(/is at work in this folder/);
  });
  const file = await readFile(join(path, "run.json"), "utf8");

  const other = { ...settings, training: { ...settings.training, seed: 4 } };
  await expect(trainRun(path, other, dataset, resume)).rejects.toThrow(
    /run of other settings \(training.seed: 3, not 4\)/,
  );
  const images = dataset.train.images.slice();
  images[0] = 255 - images[0]!;
  const changed = { ...dataset, train: { ...dataset.train, images } };
  await expect(trainRun(path, settings, changed, resume)).rejects.toThrow(/trained on other images/);
  expect(await readFile(join(path, "run.json"), "utf8")).toBe(file);

  // The folder of the images may have another name by now.
  const moved = { ...settings, dataset: { ...settings.dataset, dataDir: "elsewhere" } };
  const { model, folder: run } = await trainRun(path, moved, dataset, resume);
  model.dispose();
  expect((await run.readMetrics()).filter(({ kind }) => kind === "step").map(({ step }) => step)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  expect((await readRunFile(path)).computedBy).toHaveLength(2);

  const again = await trainRun(path, settings, dataset, { ...resume, onProgress: () => expect.unreachable() });
  again.model.dispose();
  expect((await again.folder.readMetrics()).at(-1)).toMatchObject({ kind: "epoch", step: 6 });
  expect(again.wasComplete).toBe(true);
  expect((await readRunFile(path)).computedBy).toHaveLength(2);
});

test("a run.json that is incomplete or somebody else's is refused with a sentence", async () => {
  const path = await folder();
  const dataset = await openDataset(settings.dataset);
  const { training } = settings;
  const validation = { eps: 0.1, attack: "pgd:steps=1", samples: 5 };
  const more = {
    optimizer: optimizerSettings(sgd),
    learningRate: { shape: "cosine" },
    onDivergence: "note",
    validation,
  } as const;
  const full = { ...settings, method: methodSettings(standard), training: { ...training, ...more } };
  (await trainRun(path, full, dataset, { backend })).model.dispose();
  const file = JSON.parse(await readFile(join(path, "run.json"), "utf8")) as object;
  for (const damaged of damagedCopies(file)) {
    await writeFile(join(path, "run.json"), JSON.stringify(damaged));
    const resumed = (async () => {
      const { settings: read } = await readRunFile(path);
      (await trainRun(path, read, dataset, { backend, resume: true })).model.dispose();
    })();
    const error: unknown = await resumed.then(
      () => undefined,
      (failure: unknown) => failure,
    );
    // What only describes, such as the date, may say anything. `@kwta/op` has an InputError of its own.
    if (error !== undefined) expect({ damaged, error }).toMatchObject({ error: { name: "InputError" } });
  }
});

/** Each place of a value replaced by what does not belong there. */
function damagedCopies(value: object): unknown[] {
  const copies: unknown[] = [null, [], "text", 3];
  const replace = (at: object, root: () => unknown): void => {
    for (const [key, own] of Object.entries(at)) {
      for (const junk of [null, -1, "x", {}, []]) {
        (at as Record<string, unknown>)[key] = junk;
        copies.push(structuredClone(root()));
      }
      delete (at as Record<string, unknown>)[key];
      copies.push(structuredClone(root()));
      (at as Record<string, unknown>)[key] = own;
      if (typeof own === "object" && own !== null) replace(own as object, root);
    }
  };
  replace(value, () => value);
  return copies;
}
