import { readJson } from "@kwta/core";
import { createModel, saveModel } from "@kwta/models";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { appears, built, emptyFolder, kwta, kwtaHere, type Result } from "./kwta.ts";

const unbuilt = built ? "" : " (skipped: not built)";

let cwd: string;

beforeAll(async () => {
  cwd = await emptyFolder();
  await tf.setBackend("cpu");
  const model = createModel("small-cnn-w4@kwta:0.2", { inputShape: [28, 28, 1], numClasses: 10, seed: 0 });
  await saveModel(model, join(cwd, "net"));
  model.dispose();
});

const PROTOCOL = "quick:steps=3,temperatures=0.2,estimateSamples=0";
const FIXED = "evaluate net --dataset glyphs28 --samples 13 --backend wasm --format md --eps 0.01,0.05".split(" ");
const evaluateArgs = (out: string, ...more: string[]): string[] => [
  ...FIXED,
  "--protocol",
  PROTOCOL,
  "--out",
  out,
  ...more,
];

async function reportIn(out: string): Promise<Record<string, unknown>> {
  const folder = join(cwd, out, "evaluations");
  const [name] = await readdir(folder);
  const report = await readJson(join(folder, name!, "report.json"));
  const left = (key: string, value: unknown): unknown => (key === "seconds" || key === "command" ? null : value);
  return JSON.parse(JSON.stringify(report, left)) as Record<string, unknown>;
}

describe.skipIf(!built)(`kwta evaluate${unbuilt}`, () => {
  test("one process and three write the same report", { timeout: 300_000 }, async () => {
    for (const count of ["1", "3"]) {
      const { code, stderr } = await kwta(cwd, evaluateArgs(count, "--workers", count));
      expect(stderr).not.toMatch(/Error/);
      expect(code).toBe(0);
    }
    expect(await reportIn("3")).toEqual(await reportIn("1"));
    // Finished work is found again, whoever did it.
    const again = await kwtaHere(cwd, evaluateArgs("3"));
    expect(again.stderr).not.toMatch(/pgd/);
    expect(await reportIn("3")).toEqual(await reportIn("1"));
  });

  test("a budget of time is kept, and what it left out is made by the same command", { timeout: 300_000 }, async () => {
    const short = await kwtaHere(cwd, evaluateArgs("budget", "--budget", "0.01s"));
    expect(short.code).toBe(0);
    const { stopped, robust } = await reportIn("budget");
    expect(stopped).toMatchObject({ why: "budget" });
    expect(robust).toMatchObject([{ complete: false }, { complete: false }]);
    await kwtaHere(cwd, evaluateArgs("budget", "--budget", "10m"));
    expect((await reportIn("budget"))["stopped"]).toBeUndefined();
  });

  test("Ctrl-C ends all processes", { timeout: 200_000 }, async () => {
    const begun = appears(join(cwd, "stopped", "parts"));
    const args = evaluateArgs("stopped", "--workers", "2", "--attack", "square:queries=100000");
    const { code, stderr } = await kwta(cwd, args, begun);
    expect(code).toBe(130);
    expect(stderr).toMatch(/goes on from here/);
    const processes = await new Promise<string>((resolve) => {
      let listed = "";
      const ps = spawn("ps", ["-eo", "args"]);
      ps.stdout.on("data", (data: Buffer) => (listed += data.toString()));
      ps.on("close", () => resolve(listed));
    });
    // Of this checkout: others may be at work.
    const own = processes
      .split("\n")
      .filter((line) => line.includes(join(import.meta.dirname, "..", "dist", "evaluate-worker")));
    expect(own).toEqual([]);
  });
});

test.for([
  ["--workers", "none", /--workers is "none"; it must be auto, or a number/],
  ["--budget", "30", /--budget is "30"; it must be a time, such as 90s, 30m or 2h/],
] as const)("%s %s is refused", async ([option, value, message]) => {
  const { code, stderr }: Result = await kwtaHere(cwd, evaluateArgs("bad", option, value));
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
