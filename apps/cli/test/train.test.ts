import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTrainSettings } from "../src/train-settings.ts";
import { built, emptyFolder, kwta, kwtaHere } from "./kwta.ts";

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";
const small = ["train", "--model", "small-cnn-w2@kwta:0.3", "--subset", "96", "--epochs", "3", "--batch-size", "16"];
const wasm = ["--backend", "wasm:threads=1"];
const averaged = ["--method", "trades:steps=2", "--ema", "0.9", "--mixup", "0.4", "--optimizer", "adamw"];
const validated = ["--validate-eps", "0.1", "--validate", "pgd:steps=2", "--validate-samples", "20"];
const careful = ["--on-divergence", "roll-back", "--schedule", "one-cycle-cosine:peak=0.01", "--clip", "1"];
const everything = [...averaged, ...validated, ...careful];
const replayed = ["--method", "free:eps=0.1,replays=3", "--cutmix", "1"];

/** When a file has so many lines. */
async function hasLines(path: string, count: number): Promise<void> {
  while (!existsSync(path) || (await readFile(path, "utf8")).split("\n").length <= count) {
    await new Promise((done) => setTimeout(done, 5));
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["model/weights.bin", "metrics.jsonl", "checkpoints/best.safetensors"]) {
    hash.update(await readFile(join(folder, file)));
  }
  return hash.digest("hex");
}

test.skipIf(!built).each<[string, string[], number[]]>([
  ["TRADES, averaged weights, mixup, AdamW, validation, roll-back", everything, [2, 9]],
  ["free training and CutMix", replayed, [20]],
])(
  `killed at any step and resumed, it is the same training: %s${unbuilt}`,
  { timeout: 120_000 },
  async (_, args, at) => {
    const cwd = await emptyFolder();
    const all = [...small, ...wasm, ...args];
    const straight = await kwtaHere(cwd, [...all, "--out", "straight"]);
    expect(straight.stderr).not.toMatch(/fault|cannot/);
    expect(straight.code).toBe(0);
    const expected = await digestOf(join(cwd, "straight"));
    for (const lines of at) {
      const out = `killed-${lines}`;
      const killed = await kwta(
        cwd,
        [...all, "--out", out],
        hasLines(join(cwd, out, "metrics.jsonl"), lines),
        "SIGKILL",
      );
      expect(killed.code).toBeNull();
      expect(existsSync(join(cwd, out, "model"))).toBe(false);
      expect((await kwtaHere(cwd, ["train", "--resume", out, ...wasm])).code).toBe(0);
      expect(await digestOf(join(cwd, out))).toBe(expected);
    }
  },
);

test("a run keeps its settings, and can be looked at", { timeout: 120_000 }, async () => {
  const cwd = await emptyFolder();
  const method = "fast:eps=0.1,guard=0";
  const args = [...small, ...wasm, "--method", method, "--tensorboard", "--out"];
  expect((await kwtaHere(cwd, [...args, "runs/a"])).code).toBe(0);
  expect((await kwtaHere(cwd, [...args, "runs/b", "--seed", "7", "--epochs", "1"])).code).toBe(0);

  const other = await kwtaHere(cwd, ["train", "--resume", "runs/a", "--epochs", "9", "--seed", "0"]);
  expect(other.code).not.toBe(0);
  expect(other.stderr).toMatch(
    /run in runs\/a keeps the settings that it was begun with \(training.epochs: 3, not 9\)/,
  );
  const elsewhere = await kwtaHere(cwd, ["train", "--resume", "runs/a", "--out", "runs/c"]);
  expect(elsewhere.stderr).toMatch(/--resume goes on in runs\/a.*Leave out --out/);
  const config = ["train", "--config", "runs/a/run.json", "--batch-size", "8"];
  expect((await kwtaHere(cwd, config)).stderr).toMatch(/repeats the run of .* \(training.batchSize: 16, not 8\)/);
  const same = await kwtaHere(cwd, ["train", "--resume", "runs/a", "--epochs", "3", "--method", method, "--json"]);
  expect(same.code).toBe(0);
  expect(same.stderr).toMatch(/complete/);
  expect(same.stderr).not.toMatch(/Backend/);
  expect(JSON.parse(same.stdout)).toMatchObject({ folder: "runs/a", testAccuracy: expect.any(Number) });

  const list = await kwtaHere(cwd, ["runs", "list"]);
  expect(list.stdout).toMatch(
    /runs\/a .* 3  (complete|diverged) +small-cnn-w2@kwta:0.3 +glyphs28 +fast:eps=0.1,guard=0\n/,
  );
  const compared = await kwtaHere(cwd, ["runs", "compare", "runs/a", "runs/b", "--html", "page.html"]);
  expect(compared.stdout).toMatch(/training.epochs: 3, not 1\n +training.seed: 0, not 7/);
  const page = await readFile(join(cwd, "page.html"), "utf8");
  for (const title of ["Training loss", "Accuracy on test images", "Learning rate", "runs/b, attacked"]) {
    expect(page).toContain(title);
  }
  const shown = JSON.parse((await kwtaHere(cwd, ["runs", "show", "runs/b", "--json"])).stdout) as object;
  expect(shown).toMatchObject({ complete: true, steps: 6, epochs: 1, settings: { training: { seed: 7 } } });
  expect((await kwtaHere(cwd, ["runs", "show", "nothing"])).stderr).toMatch(/no run in "nothing"/);
  expect((await kwtaHere(cwd, ["runs", "shwo"])).stderr).toMatch(/Unknown action "shwo".*show/);

  const [events] = await readdir(join(cwd, "runs/a/tensorboard"));
  expect(events).toMatch(/^events\.out\.tfevents\.\d+\.kwta$/);
  const bytes = await readFile(join(cwd, "runs/a/tensorboard", events!));
  expect(bytes.includes("step/robustAccuracy")).toBe(true);
  expect(bytes.includes("epoch/testAccuracy")).toBe(true);
});

test("the command line says all of it, in one grammar", { timeout: 120_000 }, async () => {
  const settings = await readTrainSettings({
    optimizer: "sgd:weightDecay=5e-4,nesterov=true,decays=kernels",
    schedule: "steps:start=0.1,factor=0.1,epochs=50",
    ema: "0.999",
    "validate-eps": "8/255",
  });
  expect(settings.training).toMatchObject({
    optimizer: { id: "sgd", params: { momentum: 0.9, nesterov: true, weightDecay: 5e-4, decays: "kernels" } },
    learningRate: { shape: "steps", start: 0.1, factor: 0.1, epochs: [50] },
    ema: 0.999,
    validation: { eps: "8/255" },
  });
  const both = readTrainSettings({ schedule: "cosine", "learning-rate": "0.1" });
  await expect(both).rejects.toThrow(/Give one of the two/);
  await expect(readTrainSettings({ validate: "pgd" })).rejects.toThrow(/--validate-eps 8\/255/);
});

test("recipes are the paper's, and an option counts more", { timeout: 120_000 }, async () => {
  const n = await readTrainSettings({ recipe: "paper-n", dataset: "cifar10", method: "adversarial", epochs: "2" });
  expect(n).toMatchObject({
    method: { id: "adversarial", params: { eps: 0.031, steps: 10, stepSize: 0.007, label: "true" } },
    training: {
      epochs: 2,
      batchSize: 256,
      augment: "crop-flip",
      learningRate: { shape: "steps", start: 0.1, factor: 0.1, epochs: [50] },
      optimizer: { params: { momentum: 0.9, weightDecay: 0 } },
    },
  });
  const c = await readTrainSettings({ recipe: "paper-c", dataset: "svhn", method: "adversarial:steps=7" });
  expect(c).toMatchObject({
    method: { params: { eps: 0.047, steps: 7, stepSize: 0.01, label: "predicted" } },
    training: { epochs: 100, batchSize: 512, augment: "none", learningRate: { epochs: [60, 80] } },
  });
  const svhn = await readTrainSettings({ recipe: "paper-n", dataset: "svhn", method: "adversarial" });
  expect(svhn.method.params).toMatchObject({ eps: 0.047, steps: 10, stepSize: 0.007, label: "true" });
  const traded = await readTrainSettings({ recipe: "paper-c", dataset: "cifar10", method: "trades" });
  expect(traded).toMatchObject({ method: { params: { beta: 6, steps: 10, stepSize: 0.007 } } });
  expect(traded.training).toMatchObject({ batchSize: 256, learningRate: { epochs: [60, 80] } });
  const falling = await readTrainSettings({ recipe: "paper-c", dataset: "cifar10", method: "incremental" });
  expect(falling).toMatchObject({ method: { params: { by: 0.005, batchSize: 256 } }, training: { batchSize: 512 } });
  // A single step keeps the length that it has by its nature.
  for (const method of ["fast", "free"]) {
    const { params } = (await readTrainSettings({ recipe: "paper-n", dataset: "cifar10", method })).method;
    expect([params["eps"], params["stepSize"]]).toEqual([0.031, method === "fast" ? "1.25 eps" : "1 eps"]);
  }
  const mnist = await readTrainSettings({ recipe: "paper-c", dataset: "mnist", method: "trades" });
  expect(mnist).toMatchObject({ method: { params: { beta: 6, eps: 0.3, stepSize: 0.01 } }, training: { epochs: 20 } });
  expect((await readTrainSettings({ recipe: "smoke" })).dataset).toEqual({ name: "glyphs28", subset: 96 });
  await expect(readTrainSettings({ recipe: "paper-n", dataset: "mnist" })).rejects.toThrow(/knows cifar10, svhn/);
  await expect(readTrainSettings({ recipe: "papern" })).rejects.toThrow(/Unknown recipe "papern".*paper-n/);
});
