import { JOB_OPTIONS } from "@kwta/sweep";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../src/commands/index.ts";
import { built, emptyFolder, kwta, kwtaHere } from "./kwta.ts";

const SWEEP = {
  train: { recipe: "smoke", dataset: "glyphs28", model: "small-cnn-w4@kwta:0.2" },
  evaluate: { protocol: "quick:steps=2,estimateSamples=0", eps: "0.05,0.1", samples: 6, probes: 1 },
  split: 3,
};

async function written(sweep: object): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await emptyFolder();
  const file = join(folder, "grid.json");
  await writeFile(file, JSON.stringify(sweep));
  return { folder, file };
}

test("what a job may set are options of its command", () => {
  for (const [name, options] of Object.entries(JOB_OPTIONS)) {
    const { args } = COMMANDS[name]!;
    for (const [option, kind] of Object.entries(options)) {
      const isModel = name === "evaluate" && option === "model";
      const type = isModel ? "positional" : kind === "text" ? "string" : "boolean";
      expect([name, option, args[option]?.type]).toEqual([name, option, type]);
    }
  }
});

test.each([
  [{ train: { method: "adverserial" } }, "adversarial"],
  [{ train: { dataset: "cifar" } }, "cifar10"],
  [{ train: { model: "resnet18@kwta:2" } }, "gamma is 2"],
  [{ train: { epochs: "many" } }, "epochs"],
  [{ train: { seed: -1 } }, "seed"],
  [{ evaluate: { model: "pretrained:x", protocol: "standart" } }, "standard"],
  [{ evaluate: { model: "pretrained:x", eps: "-1" } }, "eps"],
  [{ evaluate: { model: "nowhere.onnx", dataset: "mnist" } }, "nowhere.onnx"],
])("%j is refused before anything is run", async (sweep, why) => {
  const { folder, file } = await written(sweep);
  const { code, stderr } = await kwtaHere(folder, ["sweep", file]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
});

test.skipIf(!built)(
  "kwta sweep: trained, evaluated in ranges and merged as the whole; a table, a page, a status",
  async () => {
    const { folder, file } = await written(SWEEP);
    const { split: _, ...uncut } = SWEEP;
    const whole = join(folder, "whole.json");
    await writeFile(whole, JSON.stringify(uncut));
    const { code, stdout, stderr } = await kwta(folder, ["sweep", file, "--workers", "2", "--json"]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/4 jobs: 1 train, 3 evaluate\. At most about/)]);
    const { results, folder: out } = JSON.parse(stdout) as { results: { digest: string }[]; folder: string };
    expect(results).toHaveLength(4);
    const store = ["--store", join(folder, out)];
    const again = JSON.parse((await kwta(folder, ["sweep", whole, ...store, "--json"])).stdout) as typeof Object & {
      results: { digest: string }[];
      status: { kept: number };
    };
    expect(again.status.kept).toBe(1);
    expect(again.results[1]!.digest).toBe(results[3]!.digest);
    expect(await readFile(join(folder, out, "sweep.html"), "utf8")).toContain("4 of 4 jobs done");
    const status = await kwtaHere(folder, ["sweep", "status", out]);
    expect(status.stdout).toMatch(/4 of 4 jobs done[\s\S]*at 0\.05/);
  },
  240_000,
);

test("a queue without a folder that is shared, or without an address, is said at once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kwta-cli-"));
  const { code, stderr } = await kwtaHere(folder, ["worker", "--store", folder]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("--queue")]);
});
