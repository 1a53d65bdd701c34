import "@tensorflow/tfjs-backend-cpu";
import {
  asClassifier,
  CannotRunError,
  gradientEstimate,
  hopSkipJump,
  pgd,
  predict,
  runAttack,
  simba,
  square,
  type AttackLike,
  type AttackResult,
  type Classifier,
  type RunAttackOptions,
} from "@kwta/attacks";
import { encodeOnnx } from "@kwta/models";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { onnxClassifier, type OnnxClassifier, type OnnxOptions } from "../src/index.ts";
import { platform as inPages } from "../src/platform/platform.browser.ts";

const fixture = (name: string): Promise<Uint8Array> => readFile(new URL(`fixtures/${name}`, import.meta.url));
const open = async (name: string, options: OnnxOptions = {}): Promise<OnnxClassifier> =>
  onnxClassifier(await fixture(`${name}.onnx`), options);

/** What onnxruntime for Python says of the net of most fixtures. */
let images: tf.Tensor4D;
let logits: number[];

beforeAll(async () => {
  await tf.setBackend("cpu");
  const numbers = JSON.parse((await fixture("numbers.json")).toString()) as { images: number[]; logits: number[] };
  images = tf.tensor4d(numbers.images, [5, 8, 8, 3]);
  ({ logits } = numbers);
});

async function scoresOf(classifier: OnnxClassifier, x: tf.Tensor = images): Promise<number[]> {
  const answer = await classifier.logitsAsync!(
    x,
    Int32Array.from({ length: x.shape[0]! }, (_, i) => i),
  );
  const values = Array.from(await answer.data());
  answer.dispose();
  await classifier.dispose();
  return values;
}

test.each<[string, OnnxOptions, string]>([
  ["conv", {}, "channels first, any batch"],
  ["fixed", {}, "four images at a time, of five"],
  ["last", {}, "channels last"],
  ["open", { inputShape: [8, 8, 3] }, "open height and width, an output without a shape"],
  ["row", { inputShape: [8, 8, 3], layout: "nchw" }, "a row of values"],
  ["two-outputs", { output: "z" }, "one of two outputs"],
  ["conv", { batchSize: 2, bounds: { min: 0, max: 1 } }, "two at a time"],
])("%s.onnx with %j gives what onnxruntime for Python gives: %s", async (name, options) => {
  const classifier = await open(name, options);
  expect([classifier.inputShape, classifier.numClasses]).toEqual([[8, 8, 3], 5]);
  expect(await scoresOf(classifier)).toBeAllclose(logits, { rtol: 1e-4, atol: 1e-5 });
});

test("probabilities are known by the name of the output; mean and std come first", async () => {
  const scores = await scoresOf(await open("labelled"));
  const expected = tf.logSoftmax(tf.tensor2d(logits, [5, 5]));
  expect(scores).toBeAllclose(Array.from(expected.dataSync()), { rtol: 1e-4, atol: 1e-4 });
  const spread = tf.add(tf.mul(images, 0.5), [0.1, 0.2, 0.3]);
  const options = { mean: [0.1, 0.2, 0.3], std: 0.5 };
  expect(await scoresOf(await open("conv", options), spread)).toBeAllclose(logits, { rtol: 1e-4, atol: 1e-4 });
});

test("pages load onnxruntime-web", async () => {
  const classifier = await open("conv", { runtime: await inPages.loadRuntime() });
  expect(await scoresOf(classifier)).toBeAllclose(logits, { rtol: 1e-4, atol: 1e-5 });
});

test("a digest tells files and settings apart", async () => {
  const all = await Promise.all([open("conv"), open("conv"), open("conv", { std: 0.5 }), open("fixed")]);
  const digests = await Promise.all(all.map((each) => each.digest!()));
  expect(new Set(digests).size).toBe(3);
  expect(digests[0]).toBe(digests[1]);
  await Promise.all(all.map((each) => each.dispose()));
});

test.each<[string, OnnxOptions, RegExp]>([
  ["two-inputs", {}, /has 2 inputs \(u, v\); a classifier takes one/],
  ["bytes", {}, /input "images" of the ONNX file is uint8, not float32/],
  ["vector", {}, /input "x" of the ONNX file has shape \[5\].*A classifier takes a batch/],
  ["two-outputs", {}, /has 2 outputs\. Say which holds the scores; there are: "z", "y"/],
  ["two-outputs", { output: "logits" }, /has no output "logits".*"z", "y"/],
  ["classes", {}, /output "label" of the ONNX file is int64, not float32 scores/],
  ["names", {}, /output "name" of the ONNX file is string, not float32 scores/],
  ["map", {}, /ONNX Runtime cannot load|output "map" of the ONNX file is no tensor/],
  ["pixels", {}, /output "b" of the ONNX file has shape \[n, 4, 8, 8\]; a classifier gives \[n, classes\]/],
  ["open", {}, /leaves open what images it takes: \[n, 3, h, w\]\. Say it/],
  ["conv", { inputShape: [28, 28, 1] }, /The images have shape \[28,28,1\], but the ONNX file takes \[8,8,3\]/],
  ["conv", { layout: "first" as "nchw" }, /The layout is "first"/],
  ["conv", { scores: "odds" as "logits" }, /Unknown kind of scores "odds".*probabilities/],
  ["broken", {}, /ONNX Runtime cannot load the file/],
])("%s.onnx with %j is refused in one sentence", async (name, options, message) => {
  const run = open(name, options).then(async (classifier) => scoresOf(classifier));
  await expect(run).rejects.toThrow(message);
  await expect(run).rejects.toMatchObject({ name: "InputError" });
});

test("what is no ONNX file", async () => {
  await expect(onnxClassifier(new TextEncoder().encode("<html>"))).rejects.toThrow(
    /cannot load the file.*ONNX model\?/,
  );
  await expect(onnxClassifier(new Uint8Array())).rejects.toMatchObject({ name: "InputError" });
});

describe("an attack on the file of a network finds what it finds on the network", () => {
  test.each<[string, AttackLike, Partial<RunAttackOptions>]>([
    ["Square", square({ queries: 80 }), {}],
    ["SimBA", simba({ queries: 100, basis: "dct", stepSize: 2, frequencies: 0.5 }), {}],
    ["the gradient estimate", gradientEstimate({ ladder: [[6, 20]], stepSize: "0.3 eps" }), {}],
    [
      "HopSkipJump",
      hopSkipJump({ steps: 2, firstQueries: 30 }),
      { aim: "nearest", threat: { norm: "l2", eps: Infinity }, budget: { queries: 150 } },
    ],
  ])("%s", async (_, by, options) => {
    const net = sequential({
      layers: [
        layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, activation: "relu" }),
        layers.flatten(),
        layers.dense({ units: 4 }),
      ],
    });
    net.setWeights(
      net.getWeights().map(({ shape }, i) => {
        return tf.tensor(keyedRandom(5, "net", i).normal(new Float32Array(tf.util.sizeFromShape(shape))), shape);
      }),
    );
    const near = asClassifier(net);
    const far = await onnxClassifier(encodeOnnx(net));
    const { predicted: labels } = await predict(near, { x: images, labels: new Int32Array(5) });
    const attack = async (on: Classifier): Promise<AttackResult> =>
      runAttack(by, on, { x: images, labels }, { threat: { norm: "linf", eps: 0.3 }, seed: 2, ...options });
    const [here, there] = [await attack(near), await attack(far)];
    expect([...here.success]).toContain(1);
    expect(there.success).toEqual(here.success);
    expect(there.queries).toEqual(here.queries);
    expect(Array.from(there.adversarial.dataSync())).toBeAllclose(Array.from(here.adversarial.dataSync()), {
      atol: 1e-4,
    });
    await expect(
      runAttack(pgd, far, { x: images, labels }, { threat: { norm: "linf", eps: 0.05 }, seed: 0 }),
    ).rejects.toThrow(CannotRunError);
    await far.dispose();
  });
});

test("without ONNX Runtime it says in a sentence what to install", async () => {
  const resolve = (): never => {
    throw new Error("Cannot find module");
  };
  vi.doMock("node:module", () => ({ createRequire: () => ({ resolve }) }));
  vi.resetModules();
  const { platform } = await import("../src/platform/platform.node.ts");
  vi.doUnmock("node:module");
  await expect(platform.loadRuntime()).rejects.toThrow(
    /^ONNX files need ONNX Runtime, which is not installed: npm install onnxruntime-node$/,
  );
});
