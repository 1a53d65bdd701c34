import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "@kwta/core/node";
import type { RunFile } from "@kwta/experiments";
import { contactSheet } from "@kwta/viz";
import { expect, test } from "vitest";
import { appears, built, emptyFolder, kwta } from "./kwta.ts";

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";
const train = ["train", "--model", "small-cnn-w4@kwta:0.2", "--batch-size", "16", "--threads", "1"];
const natural = [...train, "--subset", "320", "--epochs", "2", "--download"];
const adversarial = "--subset 320 --epochs 2 --method adversarial --eps 0.1 --attack-steps 2 --attack-step-size 0.06";
const incremental = "--subset 320 --epochs 1 --method incremental --gamma-step 0.05 --gamma-every 1 --gamma-end 0.1";

test.skipIf(!built).each([
  ["natural", natural, {}, []],
  [
    "adversarial",
    [...train, ...adversarial.split(" "), "--attack-label", "predicted"],
    { norm: "linf", eps: 0.1, steps: 2, stepSize: 0.06, label: "predicted", backward: "exact" },
    [],
  ],
  [
    "incremental",
    [...train, ...incremental.split(" ")],
    { from: 0.2, by: 0.05, every: 1, to: 0.1, learningRate: 0.001 },
    ["gamma-0.1", "gamma-0.15", "gamma-0.2"],
  ],
])(
  `a training stopped by Ctrl-C and resumed is the same training: %s${unbuilt}`,
  { timeout: 90_000 },
  async (method, args, own, kept) => {
    const cwd = await emptyFolder();
    const straight = await kwta(cwd, [...args, "--out", "straight", "--json"]);
    expect(straight.stderr).toMatch(/Backend: /);
    expect(straight.code).toBe(0);
    const result = await kwta(cwd, [...args, "--out", "stopped"], appears(join(cwd, "stopped/metrics.jsonl")));
    expect(result.code).toBe(130);
    expect(result.stderr).toMatch(/kwta train --resume stopped/);
    expect(await readdir(join(cwd, "stopped/checkpoints"))).toHaveLength(1);

    // On one thread: another backend, of which the run keeps a note, and the same numbers.
    const resumed = await kwta(cwd, ["train", "--resume", "stopped", "--json", "--backend", "wasm:threads=1"]);
    expect(resumed.code).toBe(0);
    const read = (run: string, file: string): Promise<Buffer> => readFile(join(cwd, run, file));
    const checkpoints = (await readdir(join(cwd, "straight/checkpoints"))).sort();
    expect(checkpoints).toEqual([...kept.map((name) => `${name}.safetensors`), expect.stringMatching(/^step-/)]);
    const files = ["metrics.jsonl", "model/weights.bin", ...checkpoints.map((name) => `checkpoints/${name}`)];
    for (const file of files) expect((await read("stopped", file)).equals(await read("straight", file))).toBe(true);
    const { settings, computedBy } = JSON.parse((await read("stopped", "run.json")).toString()) as RunFile;
    expect(computedBy.map(({ backend }) => backend)).toEqual([
      expect.stringMatching(/^wasm:threads=\d+,relaxedSimd=/),
      expect.stringMatching(/^wasm:threads=1,relaxedSimd=/),
    ]);
    expect(settings).toMatchObject({ method, dataset: { name: "glyphs28", subset: 320 }, training: { seed: 0 } });
    expect(settings).toMatchObject(method === "natural" ? {} : { [method]: own });
    const [first] = (await read("stopped", "metrics.jsonl")).toString().split("\n");
    const measured = method === "adversarial" ? "robustAccuracy" : "accuracy";
    expect(JSON.parse(first!)).toMatchObject({ step: 1, [measured]: expect.any(Number) });
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
  const data = ["--dataset", "folder", "--data-dir", "photos", "--image-size", "12x16"];
  const small = ["train", "--model", "small-cnn-w2@relu", "--epochs", "1", "--subset", "10", "--out", "run"];
  const trained = await kwta(cwd, [...small, ...data]);
  expect(trained.stderr).not.toMatch(/fault/);
  expect(trained.code).toBe(0);
  const { settings } = JSON.parse(await readFile(join(cwd, "run/run.json"), "utf8")) as RunFile;
  expect(settings.dataset).toEqual({ name: "folder", dataDir: "photos", subset: 10, imageSize: [12, 16] });
  const evaluated = await kwta(cwd, ["evaluate", "--run", "run", "--samples", "2", "--eps", "0.01", "--json"]);
  // This net sees one class everywhere. It is right once in two: one of each class, though the files come class by class.
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ n: 2, clean: { count: 1 } });
});

test.skipIf(!built)(
  `evaluates a run, with the attacks of a plugin beside the protocol${unbuilt}`,
  { timeout: 90_000 },
  async () => {
    const cwd = await emptyFolder();
    await kwta(cwd, [...natural, "--epochs", "1", "--out", "run"]);
    // Plugins are found from the working directory, and the example is a package of this workspace.
    const root = fileURLToPath(new URL("../../..", import.meta.url));
    const run = join(cwd, "run");
    const args = [
      "evaluate",
      "--run",
      run,
      "--eps",
      "0.1",
      "--samples",
      "5",
      "--plugin",
      "kwta-attack-template",
      "--json",
    ];
    const { code, stdout, stderr } = await kwta(root, args);
    expect(stderr).not.toMatch(/cannot/);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as { entries: { id: string; n: number }[]; robust: { value: number } };
    expect(report.entries.map(({ id }) => id).slice(0, 3)).toEqual(["pgd", "gate", "gradient-estimate"]);
    expect(report.entries).toHaveLength(4);
    expect(report.robust.value).toBeLessThanOrEqual(1);
    expect(await readdir(run)).toContain("report.json");
  },
);
