import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { harmless } from "../src/harmless.ts";
import { appears, built, emptyFolder, kwtaHere } from "./kwta.ts";

const bin = fileURLToPath(new URL("../bin/kwta.mjs", import.meta.url));
const unbuilt = built ? "" : " (skipped: run `npm run build` first)";

test("what names hold cannot move the cursor, clear the screen or turn the text around", async () => {
  expect(harmless("\u001B[2J\u009B31m\u0007 ok\tok\n\u202Edetrever\u2066")).toBe(
    String.raw`\u001b[2J\u009b31m\u0007 ok` + "\tok\n" + String.raw`\u202edetrever\u2066`,
  );
  expect(harmless("γ = 0.1, Größe, 图")).toBe("γ = 0.1, Größe, 图");
  const cwd = await emptyFolder();
  for (const args of [["\u001B[2J"], ["train", "--model", "\u009B2J@relu"], ["evaluate", "\u001B]0;x\u0007"]]) {
    const { code, stderr } = await kwtaHere(cwd, args);
    expect(code).toBe(2);
    for (const escape of ["\u001B", "\u009B", "\u0007"]) expect(stderr).not.toContain(escape);
  }
});

test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("kwta %s is no command", async (name) => {
  const { code, stderr } = await kwtaHere(await emptyFolder(), [name]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`kwta has no command "${name}"`)]);
});

test.each(["0x10", "1_000", "", " ", "Infinity", "1e", "٣"])("no option takes the number %j", async (text) => {
  const cwd = await emptyFolder();
  for (const option of ["--epochs", "--seed", "--subset", "--threads"]) {
    const { code, stderr } = await kwtaHere(cwd, ["train", `${option}=${text}`]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/must be|is "|empty|number/)]);
  }
  expect(existsSync(join(cwd, "runs"))).toBe(false);
});

test.skipIf(!existsSync("/dev/full"))("a full disk under the output is said, with exit code 2", async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [bin, "models", "list"], { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  let stderr = "";
  child.stderr!.on("data", (data: Buffer) => (stderr += data.toString()));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, stderr]).toEqual([2, "Cannot write the output: the disk is full.\n"]);
});

test.skipIf(!built || process.platform === "win32")(
  `a terminal that is closed loses nothing: the training saves and goes on later${unbuilt}`,
  { timeout: 90_000 },
  async () => {
    const cwd = await emptyFolder();
    const train = [
      "train",
      "--model",
      "small-cnn-w4@kwta:0.3",
      "--subset",
      "600",
      "--epochs",
      "3",
      "--backend",
      "wasm:threads=1",
    ];
    const straight = await kwtaHere(cwd, [...train, "--out", "straight"]);
    expect(straight.code).toBe(0);
    const child = spawn(process.execPath, [bin, ...train, "--out", "run"], { cwd, stdio: "ignore" });
    await appears(join(cwd, "run/metrics.jsonl"));
    // The terminal and its shell may both tell of the end.
    child.kill("SIGHUP");
    child.kill("SIGHUP");
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(130);
    expect(existsSync(join(cwd, "run/.kwta.lock"))).toBe(false);
    expect((await kwtaHere(cwd, ["train", "--resume", "run", "--backend", "wasm:threads=1"])).code).toBe(0);
    for (const file of ["model/weights.bin", "metrics.jsonl"]) {
      expect((await readFile(join(cwd, "run", file))).equals(await readFile(join(cwd, "straight", file)))).toBe(true);
    }
  },
);
