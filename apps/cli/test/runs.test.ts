import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "@kwta/core";
import type { Evaluation } from "@kwta/evaluation";
import type { RunFile } from "@kwta/runs";
import { contactSheet } from "@kwta/viz";
import { expect, test } from "vitest";
import { appears, built, emptyFolder, kwta } from "./kwta.ts";

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";
const train = ["train", "--model", "small-cnn-w4@kwta:0.2", "--batch-size", "16", "--threads", "1"];
const standard = [...train, "--subset", "320", "--epochs", "2", "--download"];
const method = "incremental:by=0.05,every=1,to=0.1";
const incremental = [...train, "--subset", "320", "--epochs", "1", "--method", method];

test.skipIf(!built)(
  `a training stopped by Ctrl-C and resumed is the same training${unbuilt}`,
  { timeout: 90_000 },
  async () => {
    const cwd = await emptyFolder();
    const straight = await kwta(cwd, [...incremental, "--out", "straight", "--json"]);
    expect(straight.stderr).toMatch(/Backend: wasm:threads=/);
    expect(straight.code).toBe(0);
    const result = await kwta(cwd, [...incremental, "--out", "stopped"], appears(join(cwd, "stopped/metrics.jsonl")));
    expect(result.code).toBe(130);
    expect(result.stderr).toMatch(/kwta train --resume stopped/);
    expect(await readdir(join(cwd, "stopped/checkpoints"))).toHaveLength(1);

    // On one thread: another backend, of which the run keeps a note, and the same numbers.
    const resumed = await kwta(cwd, ["train", "--resume", "stopped", "--json", "--backend", "wasm:threads=1"]);
    expect(resumed.code).toBe(0);
    const read = (run: string, file: string): Promise<Buffer> => readFile(join(cwd, run, file));
    const checkpoints = (await readdir(join(cwd, "straight/checkpoints"))).sort();
    const kept = ["0.1", "0.15", "0.2"].map((gamma) => `gamma-${gamma}.safetensors`);
    const steps = [expect.stringMatching(/^step-/), expect.stringMatching(/^step-/)];
    expect(checkpoints).toEqual(["best.safetensors", ...kept, ...steps]);
    const files = ["metrics.jsonl", "model/weights.bin", ...checkpoints.map((name) => `checkpoints/${name}`)];
    for (const file of files) expect((await read("stopped", file)).equals(await read("straight", file))).toBe(true);
    const { settings, computedBy } = JSON.parse((await read("stopped", "run.json")).toString()) as RunFile;
    expect(computedBy.map(({ backend }) => backend)).toEqual([
      expect.stringMatching(/^wasm:threads=\d+,relaxedSimd=/),
      expect.stringMatching(/^wasm:threads=1,relaxedSimd=/),
    ]);
    expect(settings).toMatchObject({ dataset: { name: "glyphs28", subset: 320 }, training: { seed: 0 } });
    const params = { from: 0, by: 0.05, every: 1, to: 0.1, learningRate: 0.001, batchSize: 0 };
    expect(settings.method).toEqual({ id: "incremental", params });
    const [first] = (await read("stopped", "metrics.jsonl")).toString().split("\n");
    expect(JSON.parse(first!)).toMatchObject({ step: 1, accuracy: expect.any(Number) });
  },
);

test.skipIf(!built)(`pictures of one's own: scaled, subset, evaluated${unbuilt}`, { timeout: 90_000 }, async () => {
  const cwd = await emptyFolder();
  for (const [split, count] of [
    ["train", 8],
    ["test", 3],
  ] as const) {
    for (const [shade, name] of ["dark", "light"].entries()) {
      for (let i = 0; i < count; i++) {
        const shape = [9 + i, 11, 3] as const;
        const image = new Uint8Array(shape[0] * shape[1] * shape[2]).fill(60 + 120 * shade + i);
        await writeFileAtomic(
          join(cwd, "photos", split, name, `${i}.png`),
          contactSheet([{ image, shape }], { columns: 1 }),
        );
      }
    }
  }
  await writeFileAtomic(join(cwd, "photos/train/notes.txt"), "no class");
  const data = ["--dataset", "folder", "--data-dir", "photos", "--image-size", "12x16", "--channels", "1"];
  const small = ["train", "--model", "small-cnn-w2@relu", "--epochs", "1", "--subset", "10", "--out", "run"];
  const trained = await kwta(cwd, [...small, ...data]);
  expect(trained.stderr).not.toMatch(/fault/);
  expect(trained.code).toBe(0);
  const { settings } = JSON.parse(await readFile(join(cwd, "run/run.json"), "utf8")) as RunFile;
  expect(settings.dataset).toEqual({ name: "folder", dataDir: "photos", subset: 10, imageSize: [12, 16], channels: 1 });
  const evaluated = await kwta(cwd, ["evaluate", "run", "--samples", "2", "--eps", "0.01", "--json"]);
  // This net sees one class everywhere. It is right once in two: one of each class, though the files come class by class.
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ n: 2, clean: { count: 1 } });
});

test.skipIf(!built)(
  `evaluates a run at several eps, with attacks of a plugin and others beside the protocol${unbuilt}`,
  { timeout: 90_000 },
  async () => {
    const cwd = await emptyFolder();
    await kwta(cwd, [...standard, "--epochs", "1", "--out", "run"]);
    // Plugins are found from the working directory, and the example is a package of this workspace.
    const root = fileURLToPath(new URL("../../..", import.meta.url));
    const run = join(cwd, "run");
    const shared = ["evaluate", run, "--eps", "0.05,0.1", "--samples", "5", "--protocol"];
    const args = [...shared, "quick:steps=4,estimateSamples=0", "--plugin", "kwta-attack-template"];
    const { code, stdout, stderr } = await kwta(root, [...args, "--json"]);
    expect(stderr).not.toMatch(/cannot/);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Evaluation;
    expect(report.threat.epsilons).toEqual([0.05, 0.1]);
    expect(report.protocol.id).toBe("quick@1:steps=4,estimateSamples=0 + random-signs");
    expect(report.attacks.map(({ id, at }) => [id, at.length])).toEqual([
      ["pgd", 2],
      ["gate", 2],
      ["random-signs", 2],
    ]);
    const [own, ...others] = await readdir(join(run, "evaluations"));
    expect([own, others]).toEqual([expect.stringMatching(/^quick-linf-0\.05-to-0\.1-n5-[0-9a-f]{8}$/), []]);
    expect((await readdir(join(run, "evaluations", own!))).sort()).toEqual([
      "report.html",
      "report.json",
      "report.md",
      "settings.json",
    ]);
    const parts = (await readdir(join(run, "parts"))).length;

    const twice = await kwta(root, [...args, "--plugin", "kwta-attack-template"]);
    expect([twice.code, twice.stderr]).toEqual([
      2,
      expect.stringMatching(/Two attacks have the id template\/random-signs/),
    ]);

    // What has been done is not done again: only the two attacks that are new, at two sizes.
    const more = ["--attack", "pgd:steps=9,stepSize=2/255", "--attack=cascade(pgd:steps=3,random-signs)"];
    const again = await kwta(root, [...args, ...more]);
    expect(again.code).toBe(0);
    // Of an attack that finds nothing standing, there is nothing to keep.
    const added = (await readdir(join(run, "parts"))).length - parts;
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(2 * 2);
    expect(await readdir(join(run, "evaluations"))).toHaveLength(2);
    for (const row of [/^0 +none \(clean\)/m, /^0\.05 +pgd:steps=9,stepSize=2\/255 +\d /m, /^0\.1 +worst case +5 /m]) {
      expect(again.stdout).toMatch(row);
    }
  },
);
