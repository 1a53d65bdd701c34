import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { appears, built, emptyFolder, kwta } from "./kwta.ts";

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";
const train = [
  "train",
  "--model",
  "small-cnn-w4@kwta:0.2",
  "--train-size",
  "640",
  "--epochs",
  "3",
  "--batch-size",
  "16",
];

test.skipIf(!built)(
  `a training stopped by Ctrl-C and resumed is the same training${unbuilt}`,
  { timeout: 90_000 },
  async () => {
    const cwd = await emptyFolder();
    const straight = await kwta(cwd, [...train, "--out", "straight", "--json"]);
    expect(straight.stderr).toMatch(/Engine: /);
    expect(straight.code).toBe(0);
    const result = await kwta(cwd, [...train, "--out", "stopped"], appears(join(cwd, "stopped/metrics.jsonl")));
    expect(result.code).toBe(130);
    expect(result.stderr).toMatch(/kwta train --resume stopped/);
    expect(await readdir(join(cwd, "stopped/checkpoints"))).toHaveLength(1);

    const resumed = await kwta(cwd, ["train", "--resume", "stopped", "--json"]);
    expect(resumed.code).toBe(0);
    const metrics = (run: string): Promise<string> => readFile(join(cwd, run, "metrics.jsonl"), "utf8");
    expect(await metrics("stopped")).toBe(await metrics("straight"));
    const weights = (run: string): Promise<Buffer> => readFile(join(cwd, run, "model/weights.bin"));
    expect((await weights("stopped")).equals(await weights("straight"))).toBe(true);
    const { computedBy } = JSON.parse(await readFile(join(cwd, "stopped/run.json"), "utf8")) as {
      computedBy: unknown[];
    };
    expect(computedBy).toHaveLength(2);
  },
);

test.skipIf(!built)(
  `evaluates a run, with the attacks of a plugin beside the protocol${unbuilt}`,
  { timeout: 90_000 },
  async () => {
    const cwd = await emptyFolder();
    await kwta(cwd, [...train, "--epochs", "1", "--out", "run"]);
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
