import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ATTACKS, COMBINATORS } from "@kwta/attacks";
import { formatValue, type ParamSchema } from "@kwta/core";
import { PROTOCOLS } from "@kwta/evaluation";
import { FIGURES, PRESETS } from "@kwta/paper";
import { METHODS } from "@kwta/training";
import { expect, test } from "vitest";
import { built, emptyFolder, kwta, kwtaHere } from "./kwta.ts";

const MODEL = ["evaluate", ".", "--dataset", "glyphs28"];

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
  [["quickstart", "--backend", "wasm:theads=1"], /Unknown parameter of wasm "theads". Known: threads/],
  [["quickstart", "--backend", "wasm:threads=1", "--threads", "2"], /threads is 2, but the backend "wasm:threads=1"/],
  [["train", "--model", "small-cnn@kwta:0"], /gamma is 0/],
  [["train", "--model", "small-cnn@kwta:1e-9"], /k = 0|1e-9/],
  [["train", "--image-size", "32"], /glyphs28 have a size of their own/],
  [["train", "--dataset", "folder", "--image-size", "32x"], /--image-size is "32x".*32x48/],
  [["train", "--dataset", "folder", "--channels", "2"], /--channels is "2"; it must be 1 for grey or 3 for colour/],
  [["train", "--channels", "1"], /glyphs28 are grey. Leave --channels/],
  [["train", "--method", "traded"], /Unknown training method "traded".*trades/],
  [["train", "--optimizer", "adm"], /Unknown optimizer "adm".*adam/],
  [["train", "--schedule", "steps:epochs=x"], /epochs of the schedule steps is "x"/],
  [["train", "--recipe", "paper"], /Unknown recipe "paper".*paper-n/],
  [["train", "--subset", "20", "--batch-size", "50"], /batch size is 50, more than the 20 training images/],
  [["train", "--on-divergence", "panic"], /note, stop or roll-back/],
  [["train", "--method", "adversarial:steps"], /where "=" and the value of steps should stand there is nothing/],
  [["train", "--method", "adversarial:step=3"], /Unknown parameter of the training method adversarial "step".*steps/],
  [["train", "--method", "adversarial:eps=8"], /eps is 8, but the data range.*8\/255/],
  [["train", "--method", "adversarial:stepSize=long"], /stepSize of the training method adversarial.*0.1 eps/],
  [["train", "--attack-steps", "3"], /no option --attack-steps.*--method/],
  [["train", "--method", "incremental", "--model", "small-cnn@relu"], /has no single one/],
  [["train", "--method", "incremental:to=1e-6"], /0 winners/],
  [[...MODEL, "--gamma", "0.1"], /gamma is for a run folder of kwta train/],
  [["train", "--config", "file"], /"file" is not valid JSON/],
  [["evaluate"], /kwta evaluate needs MODEL\. What to attack: a run folder/],
  [["evaluate", "--run", "nowhere"], /no option --run any more\. Name the folder itself/],
  [["evaluate", "--model=nowhere"], /no option --model any more\. Name the folder or file itself/],
  [MODEL, /model.json/],
  [["evaluate", "nowhere"], /There is nothing at "nowhere"\. Name an address .*a run folder of kwta train/],
  [[...MODEL, "--plugin", "no-such-package"], /The plugin "no-such-package" cannot be loaded/],
  [[...MODEL, "--protocol", "full"], /Unknown protocol "full".*quick/],
  [[...MODEL, "--protocol", "quick:step=3"], /Unknown parameter of the protocol quick "step".*steps/],
  [[...MODEL, "--attack", "fgsn"], /Unknown attack "fgsn".*pgd/],
  [[...MODEL, "--attack", "pgd:stepSize=0"], /stepSize of pgd is 0. It takes a positive number/],
  [[...MODEL, "--norm", "l7"], /Unknown norm "l7".*linf/],
  [[...MODEL, "--eps", "8"], /eps is 8, but the data range/],
  [[...MODEL, "--eps", "2/255,-1"], /eps is -1|eps is "-1"/],
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

test.each([
  ["train", METHODS.map(({ id, schema }) => ({ id, schema }))],
  [
    "evaluate",
    [...PROTOCOLS, ...ATTACKS, ...COMBINATORS].map(({ id, schema }) => ({ id: id.replace("kwta/", ""), schema })),
  ],
  ["figure", [...FIGURES.map(({ id }) => id), ...PRESETS.map(({ name }) => name)].map((id) => ({ id, schema: {} }))],
])("kwta %s --help lists what there is, with parameters, defaults and limits", async (name, things) => {
  const { stdout } = await kwtaHere(await emptyFolder(), [name, "--help"]);
  const text = stdout.replaceAll(/\s+/g, " ");
  for (const { id, schema } of things) {
    expect(stdout).toMatch(new RegExp(`^  ${id}\\b`, "m"));
    for (const [param, spec] of Object.entries<ParamSchema[string]>(schema)) {
      expect(text).toContain(` ${param}=${formatValue(spec.default)} `);
      expect(text).toContain(`${spec.description} Takes `);
    }
  }
});

const unbuilt = built ? "" : " (skipped: run `npm run build` first)";

test.skipIf(!built)(`the process ends with that exit code${unbuilt}`, async () => {
  const { code, stdout, stderr } = await kwta(await emptyFolder(), ["frobnicate"]);
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(/no command "frobnicate"/)]);
});
