import { appendFile, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeCheckpoint, standard, methodSettings, type Checkpoint, type StepMetrics } from "@kwta/training";
import type { RunFile } from "../src/index.ts";
import { createRunFolder, openRunFolder, readGammaWeights } from "../src/index.node.ts";

const folder = async () => join(await mkdtemp(join(tmpdir(), "kwta-run-")), "run");
const file: RunFile = {
  schema: "kwta-run@2",
  settings: {
    model: "x",
    dataset: { name: "glyphs28" },
    method: methodSettings(standard),
    training: { epochs: 1, seed: 0 },
  },
  computedBy: [],
};
const line = (step: number): StepMetrics => ({
  kind: "step",
  step,
  epoch: 1,
  loss: 1 / step,
  accuracy: 0.5,
  learningRate: 0.1,
});
const checkpoint = (step: number): Checkpoint => ({
  step,
  weights: new Map([["w", { shape: [2], data: Float32Array.of(step, 0.1) }]]),
  optimizer: new Map([["velocity/w", { shape: [2], data: Float32Array.of(0, step) }]]),
});

test("a run is found again as it was at its newest checkpoint", async () => {
  const path = await folder();
  const run = await createRunFolder(path, file);
  for (const step of [1, 2, 3, 4, 5]) run.saveMetrics(line(step));
  await run.saveCheckpoint(checkpoint(2));
  await run.saveCheckpoint(checkpoint(4));
  // A line that was being written when the power failed.
  await appendFile(join(path, "metrics.jsonl"), 'null\n7\n{"kind":"step"}\n{"kind":"step","step":6,"lo');
  const opened = await openRunFolder(path);
  expect(opened.file).toEqual(file);
  expect(opened.checkpoint).toEqual(checkpoint(4));
  expect((await opened.readMetrics()).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  await run.saveCheckpoint(checkpoint(5));
  const names = ["step-0000004.safetensors", "step-0000005.safetensors"];
  expect(await readdir(join(path, "checkpoints"))).toEqual(names);

  // Killed between a third checkpoint and the removal of the first.
  await writeFile(join(path, "checkpoints/step-0000002.safetensors"), await encodeCheckpoint(checkpoint(2)));
  expect((await openRunFolder(path)).checkpoint).toEqual(checkpoint(5));
  expect(await readdir(join(path, "checkpoints"))).toEqual(names);

  // One bit of the newest, where the numbers are.
  const newest = join(path, "checkpoints", names[1]!);
  const bytes = await readFile(newest);
  bytes[bytes.length - 2]! ^= 1;
  await writeFile(newest, bytes);
  const fallen = await openRunFolder(path);
  expect(fallen.checkpoint).toEqual(checkpoint(4));
  expect(fallen.notes).toEqual([expect.stringMatching(/step-0000005.safetensors" is damaged.*from step-0000004/)]);
  expect((await openRunFolder(path)).notes).toEqual([]);
});

test("never writes over a run, and says what is wrong with a folder", async () => {
  const path = await folder();
  await expect(openRunFolder(path)).rejects.toThrow(/no run.json/);
  await createRunFolder(path, file);
  await expect(createRunFolder(path, file)).rejects.toThrow(/already holds a run/);
  const run = await openRunFolder(path);
  await run.saveCheckpoint(checkpoint(1));
  const newest = join(path, "checkpoints/step-0000001.safetensors");
  await writeFile(newest, (await readFile(newest)).subarray(0, 40));
  await expect(openRunFolder(path)).rejects.toThrow(
    /step-0000001.safetensors" is not a usable safetensors file.*none before it.*--config/,
  );
  await writeFile(join(path, "run.json"), JSON.stringify({ ...file, schema: "kwta-run@1" }));
  await expect(openRunFolder(path)).rejects.toThrow(/its schema is "kwta-run@1", not "kwta-run@2"/);
  const { method: _, ...rest } = file.settings;
  await writeFile(join(path, "run.json"), JSON.stringify({ ...file, settings: rest }));
  await expect(openRunFolder(path)).rejects.toThrow(/without a model, a data set, a method or a training/);
});

test("keeps the weights of each sparsity ratio beside the newest checkpoint", async () => {
  const path = await folder();
  const run = await createRunFolder(path, file);
  await expect(readGammaWeights(path, 0.1)).rejects.toThrow(/Only an incremental training/);
  const { weights } = checkpoint(3);
  await run.saveGammaWeights(0.195, checkpoint(1).weights);
  await run.saveGammaWeights(0.195, weights);
  await run.saveGammaWeights(0.19, weights);
  await run.saveCheckpoint(checkpoint(4));
  expect(await readGammaWeights(path, 0.195)).toEqual(weights);
  expect((await openRunFolder(path)).checkpoint).toEqual(checkpoint(4));
  await expect(readGammaWeights(path, 0.2)).rejects.toThrow(/no weights of gamma 0.2. It kept those of 0.19, 0.195/);
  await writeFile(join(path, "checkpoints/gamma-0.19.safetensors"), "damaged");
  await expect(readGammaWeights(path, 0.19)).rejects.toThrow(/gamma-0.19.safetensors.*not a usable safetensors file/);
});
