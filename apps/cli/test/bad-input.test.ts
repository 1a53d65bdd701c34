import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DATASETS } from "@kwta/datasets/node";
import { expect, test } from "vitest";
import { built, emptyFolder, kwta, kwtaHere } from "./kwta.ts";

test.each([
  [["frobnicate"], /no command "frobnicate".*quickstart/],
  [["quickstart", "--frobnicate", "1"], /no option --frobnicate.*--gamma/],
  [["quickstart", "--dataset", "cifar11"], /Unknown data set "cifar11".*cifar10/],
  [["quickstart", "--dataset", "cifar10", "--data-dir", "nowhere"], /nowhere/],
  [["quickstart", "--gamma", "0"], /gamma is 0/],
  [["quickstart", "--gamma", "1.5"], /gamma is 1.5/],
  [["quickstart", "--eps=-0.1"], /-0.1/],
  [["quickstart", "--eps", "8"], /8\/255/],
  [["quickstart", "--epochs", "two"], /--epochs is "two"/],
  [["quickstart", "--model", "resnet19"], /resnet19/],
  [["quickstart", "--out", "file/out"], /file\/out/],
  [["quickstart", "--resume", "nowhere"], /no quickstart in "nowhere"/],
  [["quickstart", "--backend", "gpu"], /"gpu".*wasm/],
  [["quickstart", "--backend", "wasm:theads=1"], /Unknown backend option "theads". Known: threads/],
  [["quickstart", "--backend", "wasm:threads=1", "--threads", "2"], /threads is 2, but the backend "wasm:threads=1"/],
  [["train", "--model", "small-cnn@kwta:0"], /gamma is 0/],
  [["train", "--model", "small-cnn@kwta:1e-9"], /k = 0|1e-9/],
  [["train", "--image-size", "32"], /glyphs28 have a size of their own/],
  [["train", "--dataset", "folder", "--image-size", "32x"], /--image-size is "32x".*32x48/],
  [["train", "--method", "trades"], /Unknown training method "trades".*adversarial/],
  [["train", "--eps", "0.1"], /--eps belongs to --method adversarial/],
  [["train", "--method", "adversarial", "--gamma-end", "0.1"], /--gamma-end belongs to --method incremental/],
  [["train", "--method", "incremental", "--model", "small-cnn@relu"], /small-cnn@relu has no single one/],
  [["train", "--method", "incremental", "--gamma-end", "1e-6"], /0 winners/],
  [["evaluate", "--model", ".", "--dataset", "glyphs28", "--gamma", "0.1"], /--method incremental/],
  [["train", "--config", "file"], /"file" is not valid JSON/],
  [["evaluate"], /--run FOLDER/],
  [["evaluate", "--run", "nowhere"], /nowhere/],
  [["evaluate", "--model", ".", "--dataset", "glyphs28"], /model.json/],
  [["evaluate", "--run", ".", "--plugin", "no-such-package"], /./],
] as [string[], RegExp][])("kwta %j: one sentence, exit code 2, nothing written", async (args, message) => {
  const cwd = await emptyFolder();
  await writeFile(join(cwd, "file"), "text");
  const { code, stdout, stderr } = await kwtaHere(cwd, args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe("");
  expect(code).toBe(2);
  expect(await readdir(cwd)).toEqual(["file"]);
});

test("--help of every command", async () => {
  const cwd = await emptyFolder();
  for (const args of [[], ["quickstart"], ["train"], ["evaluate"], ["doctor"]]) {
    const { code, stdout } = await kwtaHere(cwd, [...args, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(args.length === 0 ? /quickstart.*\n.*train/ : /--json/);
    if (!stdout.includes("--dataset")) continue;
    const words = new Set(stdout.split(/[^\w-]+/));
    expect(Object.keys(DATASETS).filter((name) => !words.has(name))).toEqual([]);
  }
});

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";

test.skipIf(!built)(`the process ends with that exit code${unbuilt}`, async () => {
  const { code, stdout, stderr } = await kwta(await emptyFolder(), ["frobnicate"]);
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(/no command "frobnicate"/)]);
});
