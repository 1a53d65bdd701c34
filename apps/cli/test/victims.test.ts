import { asClassifier } from "@kwta/attacks";
import { decodeSafetensors, encodeSafetensors, fromBase64, keyedRandom, writeFileAtomic } from "@kwta/core";
import type { Evaluation } from "@kwta/evaluation";
import { createModel, encodeOnnx, loadModel } from "@kwta/models";
import { pretrainedCard } from "@kwta/pretrained";
import { encodePng } from "@kwta/viz";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emptyFolder, kwtaHere, type Result } from "./kwta.ts";

let cwd: string;
let server: Server;
let url: string;
let authorized: string[];

const NET = "mlp-h8@relu";
const TRAINED = "pretrained:mnist/mnist-cnn-w16-h256@kwta:0.1";
const IMAGES = ["--dataset", "folder", "--data-dir", "photos", "--image-size", "8"];

beforeAll(async () => {
  cwd = await emptyFolder();
  for (const split of ["train", "test"]) {
    for (const i of Array(20).keys()) {
      const least = i % 2 === 0 ? 0 : 40;
      const image = keyedRandom(1, split, i)
        .uniform(new Float32Array(192), least, least + 215)
        .map(Math.round);
      const { png } = encodePng({ image: Uint8Array.from(image), shape: [8, 8, 3] });
      await writeFileAtomic(join(cwd, "photos", split, i % 2 === 0 ? "dark" : "light", `${i}.png`), png);
    }
  }
  const train = ["train", "--model", NET, "--epochs", "20", "--batch-size", "5", "--backend", "cpu", "--out", "run"];
  await here([...train, ...IMAGES]);
  for (const out of ["net.onnx", "net.safetensors"]) await here(["models", "export", "run", "--out", out]);
  const bare = createModel(NET, { inputShape: [8, 8, 3], numClasses: 5 });
  await writeFileAtomic(join(cwd, "other.onnx"), encodeOnnx(bare));
  bare.dispose();
  await writeFile(join(cwd, "notes.txt"), "text");
  for (const id of ["one", "two"]) await writeFile(join(cwd, `${id}.mjs`), plugin(id));
  await serve();
}, 60_000);

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const plugin = (id: string): string => `
  export const attacks = [{
    api: 1, id: "test/${id}", version: "1.0.0", kind: "budget", access: "label", norms: ["linf"], goals: ["untargeted"],
    stochastic: false, params: {}, schema: {}, of: [], run: async () => {},
  }];`;

/** The network of the run, behind an address: it answers "classify" with scores and classes. */
async function serve(): Promise<void> {
  const net = asClassifier(await loadModel(join(cwd, "run", "model")));
  authorized = [];
  server = createServer((request, response) => {
    void (async () => {
      const parts: Uint8Array[] = [];
      for await (const part of request) parts.push(part as Uint8Array);
      authorized.push(request.headers.authorization ?? "");
      const asked = JSON.parse(Buffer.concat(parts).toString()) as { shape: [number]; images: string };
      const values = new Float32Array(fromBase64(asked.images).buffer);
      const ids = new Int32Array(asked.shape[0]);
      const scores = tf.tidy(() => net.logits(tf.tensor(values, asked.shape), ids).arraySync());
      const labels = scores.map((row) => row.indexOf(Math.max(...row)));
      response.end(JSON.stringify({ scores, labels }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function here(args: readonly string[]): Promise<Result> {
  const result = await kwtaHere(cwd, args);
  expect([result.code, result.stderr]).toEqual([0, expect.not.stringMatching(/fault/)]);
  return result;
}

const SMALL = "--samples 20 --eps 0.05,0.1 --backend cpu --protocol quick:steps=2 --without gradient-estimate".split(
  " ",
);
const SQUARE = ["--attack", "square:queries=25"];
const evaluate = (model: string, ...more: string[]): Promise<Result> =>
  kwtaHere(cwd, ["evaluate", model, ...IMAGES, ...SMALL, "--json", ...more]);

async function reportOf(model: string, ...more: string[]): Promise<Evaluation> {
  const { code, stdout, stderr } = await evaluate(model, "--out", `out-${Math.random()}`, ...more);
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/fault/)]);
  return JSON.parse(stdout) as Evaluation;
}

const brokenBy = ({ attacks }: Evaluation, id: string): unknown =>
  attacks.find((each) => each.id === id)?.at.map((at) => at.broken);

describe("one network, named in many ways", () => {
  let own: Evaluation;
  beforeAll(async () => {
    own = await reportOf("run", ...SQUARE);
  }, 60_000);

  test("some images are classified correctly, and some of those are broken", () => {
    expect(own.clean.count).toBeGreaterThan(6);
    expect(own.robust.at(-1)!.accuracy.count).toBeLessThan(own.clean.count);
  });

  test.each<[string, string[]]>([
    ["run/model", []],
    ["net.safetensors", ["--net", NET]],
  ])("%s %j gives the report of its run folder", async (model, options) => {
    const { cleanErrors, attacks } = await reportOf(model, ...SQUARE, ...options);
    expect(cleanErrors).toEqual(own.cleanErrors);
    for (const { id } of attacks) expect(brokenBy({ ...own, attacks }, id)).toEqual(brokenBy(own, id));
  });

  test.each<[string, string[], string]>([
    ["net.onnx", [], "scores"],
    ["URL", ["--header", "authorization=KWTA_TEST_TOKEN"], "scores"],
    ["URL", ["--access", "label"], "classes"],
  ])(
    "%s %j shows %s: the attacks that need more are listed as not run, the others find the same",
    async (name, options, shown) => {
      process.env["KWTA_TEST_TOKEN"] = "Bearer secret";
      const attack = shown === "scores" ? "square:queries=25" : "uniform-noise:draws=20";
      const there = await reportOf(name === "URL" ? url : name, "--attack", attack, ...options);
      const expected = await reportOf("run", "--attack", attack);
      expect(there.cleanErrors).toEqual(own.cleanErrors);
      expect(brokenBy(there, attack)).toEqual(brokenBy(expected, attack));
      expect(there.attacks.filter(({ notRun }) => notRun !== undefined).map(({ id }) => id)).toEqual(["pgd", "gate"]);
      expect(there.attacks[0]!.notRun).toMatch(new RegExp(`nothing but ${shown}`));
      expect(JSON.stringify(there)).not.toContain("secret");
      if (options.includes("--header")) expect(new Set(authorized)).toEqual(new Set(["Bearer secret"]));
    },
  );
});

test.each<[string[], RegExp]>([
  [["net.safetensors"], /holds weights without a network.*--net.*They fit mlp-h8@relu/],
  [["net.safetensors", "--net", "mlp-h9@relu"], /mlp-h9@relu|size|shape/],
  [["net.safetensors", "--layout", "nchw"], /is a file of weights.*layout is for an ONNX file\. Leave it out/],
  [["run", "--access", "label"], /is a run folder.*access is for an address/],
  [["net.onnx", "--layout", "hwcn"], /The layout is "hwcn"/],
  [["net.onnx", "--scores", "odds"], /Unknown kind of scores "odds"/],
  [["net.onnx", "--image-size", "9"], /The images have shape \[9,9,3\], but the ONNX file takes \[8,8,3\]/],
  [["run", "--image-size", "9"], /images of folder are of shape \[9,9,3\].*but the model "run" takes \[8,8,3\]/],
  [["other.onnx"], /images of folder have 2 classes, but the model "other.onnx" tells 5 apart/],
  [
    [TRAINED, "--image-size", "28", "--channels", "1"],
    /have 2 classes, but the model "pretrained:mnist.* tells 10 apart/,
  ],
  [["run", "--gamma", "0.1", "--checkpoint", "best"], /Give one of gamma and checkpoint/],
  [["notes.txt"], /"notes.txt" is no model that can be attacked\. Name an address/],
  [["pretrained:mnist/mnist-cnn"], /Unknown pretrained net "mnist\/mnist-cnn". Known: mnist\//],
  [["run", "--checkpoint", "beast"], /Unknown checkpoint "beast"\. Known: best/],
  [["small-cnn@relu"], /the id of a network without weights\. Train it first: kwta train --model small-cnn@relu/],
  [["http://127.0.0.1:1/", "--retries", "0"], /The model at http:\/\/127\.0\.0\.1:1\/ could not be asked.*not reached/],
  [["http://me:secret@localhost/"], /^((?!secret).)*holds a password((?!secret).)*$/],
  [["http://localhost/", "--header", "authorization=to ken"], /^((?!to ken).)*NAME=VARIABLE((?!to ken).)*$/],
  [["http://localhost/", "--header", "authorization=NO_SUCH_VARIABLE"], /"NO_SUCH_VARIABLE", which is not set/],
  [["run", "--without", "pdg"], /Unknown attack of the protocol quick@1.* "pdg"\. Known: pgd/],
  [["run", "--min-robust", "30"], /--min-robust is "30"; it must be a share/],
  [["run", "--samples", "0"], /--samples is "0"; it must be a number of at least 1/],
  [["run", "--batch-size", "0"], /--batch-size is "0"/],
])("kwta evaluate %j: one sentence, exit code 2", async (args, message) => {
  const { code, stdout, stderr } = await evaluate(args[0]!, ...args.slice(1));
  expect(stderr.trim()).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect([code, JSON.parse(stdout)]).toEqual([
    2,
    { error: { kind: "input", message: stderr.trim().split("\n").at(-1), exitCode: 2 } },
  ]);
});

test.each<[string[], RegExp]>([
  [["run"], /input +\[8, 8, 3\][^]*parameters/],
  [["run/model"], /input +\[8, 8, 3\][^]*parameters/],
  [["net.onnx"], /an ONNX file[^]*input +8,8,3[^]*classes +2[^]*access +score/],
  [["URL", "--input", "8x8x3", "--classes", "2"], /an address[^]*access +score\ngrey image +[01]/],
  [["net.safetensors"], /fits mlp-h8/],
  [
    [TRAINED],
    /name +pretrained:mnist[^]*kwta train --model mnist-cnn[^]*clean +9\d\.[^]*attacked by[^]*input +\[28, 28, 1\]/,
  ],
])("kwta models info %j", async ([what, ...more], text) => {
  const { stdout } = await here(["models", "info", what === "URL" ? url : what!, ...more]);
  expect(stdout).toMatch(text);
});

test("a pretrained net that is exported in half precision holds the numbers of the package, and its activation", async () => {
  await here(["models", "export", TRAINED, "--float16", "--out", "half.safetensors"]);
  const { tensors, metadata } = decodeSafetensors(await readFile(join(cwd, "half.safetensors")));
  const { model, weights } = pretrainedCard(TRAINED);
  const file = new URL(`../../../packages/pretrained/weights/${weights.file}`, import.meta.url);
  expect(tensors).toEqual(decodeSafetensors(await readFile(file)).tensors);
  expect(metadata["activation"]).toBe(model.split("@")[1]);
  const { stdout } = await here(["models", "list", "--pretrained", "--json"]);
  expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => `pretrained:${name}`)).toContain(TRAINED);
});

test("--checkpoint best attacks the weights of the best epoch", async () => {
  const file = join(cwd, "run", "checkpoints", "best.safetensors");
  const { tensors, metadata } = decodeSafetensors(await readFile(file));
  // A net of zeros cannot tell one class from the other.
  for (const { data } of tensors.values()) data.fill(0);
  await writeFile(file, encodeSafetensors({ tensors, metadata }));
  const { samples, subject } = await reportOf("run", "--checkpoint", "best");
  expect(new Set(samples.cleanMargin)).toEqual(new Set([0]));
  expect(subject!.model).toBe(`${NET} at its best epoch`);
});

test("--min-robust sets the exit code, and the report is there all the same", async () => {
  const met = await evaluate("run", "--min-robust", "0");
  expect(met.code).toBe(0);
  const missed = await evaluate("run", "--min-robust", "100%");
  expect([missed.code, missed.stderr]).toEqual([
    3,
    expect.stringMatching(/at eps 0\.1 is .* of 20 images, less than --min-robust 100 %/),
  ]);
  expect((JSON.parse(missed.stdout) as Evaluation).robust).toEqual((JSON.parse(met.stdout) as Evaluation).robust);
});

test("what --without names is left out, --plugin counts twice, --batch-size changes nothing", async () => {
  const all = await reportOf("run", "--plugin", "./one.mjs", "--plugin", "./two.mjs");
  expect(all.attacks.map(({ id }) => id)).toEqual(["pgd", "gate", "one", "two"]);
  expect(all.protocol.id).toBe("quick@1:steps=2 - gradient-estimate + one + two");
  const small = await reportOf("run", "--batch-size", "5");
  expect(brokenBy(small, "pgd")).toEqual(brokenBy(all, "pgd"));
});

test("the folder of a model that is a file is the same each time, so that work goes on", async () => {
  const { stdout } = await evaluate("net.onnx", "--without", "gate");
  expect((JSON.parse(stdout) as { folder: string }).folder).toMatch(/^runs\/evaluate-net\.onnx\//);
});
