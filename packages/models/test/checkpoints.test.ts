import "@tensorflow/tfjs-backend-cpu";
import { encodeSafetensors, InputError, writeZip, type NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createModel,
  decodeWeights,
  describeWeights,
  importWeights,
  loadStateDict,
  openCheckpoint,
  readStateDict,
  type ImportedModel,
} from "../src/index.ts";
import { outline } from "../src/weights/outline.ts";
import { recognize } from "../src/weights/recognize.ts";
import { SMALL_NETS } from "./small-nets.ts";

/** Written by PyTorch: fixtures/make-checkpoints.py. */
const expected = JSON.parse(readFileSync(new URL("fixtures/checkpoints.json", import.meta.url), "utf8")) as {
  readonly images: number[];
  readonly logits: number[];
  readonly otherLogits: number[];
  readonly normalizedLogits: number[];
  readonly cases: Record<string, { file: Range; key: string; prefix: string; normalized: boolean }>;
  readonly several: Record<string, Range>;
  readonly rounded: Record<string, { file: Range; values: Record<string, number[]> }>;
  readonly public: Record<string, { file: Range; id: string; side: number; logits: number[] }>;
  readonly torchscript: Range;
};
type Range = [start: number, end: number];
const files = inflateSync(readFileSync(new URL("fixtures/checkpoints.bin", import.meta.url)));
const fileOf = (range: Range): Uint8Array => new Uint8Array(files.subarray(...range));

const ID = "small-cnn-w1@relu";
const SHAPE = { inputShape: [4, 4, 3], numClasses: 3 } as const;

beforeAll(async () => {
  await tf.setBackend("cpu");
});

function logitsOf(model: LayersModel): number[] {
  return tf.tidy(() => [
    ...(model.predict(tf.tensor4d(expected.images, [3, 4, 4, 3])) as tf.Tensor).dataSync<"float32">(),
  ]);
}

function load(file: Uint8Array, key?: string): Omit<ImportedModel, "model"> & { logits: number[] } {
  const { model, ...found } = importWeights(ID, openCheckpoint(file), { ...SHAPE, ...(key !== undefined && { key }) });
  const logits = logitsOf(model);
  model.dispose();
  return { ...found, logits };
}

test.each(Object.entries(expected.cases))(
  "%s: the weights are found, and the model computes what PyTorch computed",
  (name, { file, key, prefix, normalized }) => {
    const before = tf.memory().numTensors;
    const found = load(fileOf(file));
    expect(tf.memory().numTensors).toBe(before);
    expect(found).toMatchObject({ key, prefix, loaded: 27 });
    expect(found.logits).toBeAllclose(normalized ? expected.normalizedLogits : expected.logits, { atol: 1e-5 });
    expect(found.normalization !== undefined).toBe(normalized);
    if (found.normalization) {
      expect(found.normalization.mean).toBeAllclose([0.4914, 0.4822, 0.4465], { atol: 1e-6 });
      expect(found.normalization.std).toBeAllclose([0.2471, 0.2435, 0.2616], { atol: 1e-6 });
    }
    expect(found.leftOut.filter((each) => each.endsWith("num_batches_tracked"))).toHaveLength(
      name.startsWith("attacker") ? 10 : 5,
    );
    // The doctor says the same without a model.
    const { dicts } = describeWeights(fileOf(file));
    const [dict, ...others] = dicts.filter(({ fits }) => fits.length > 0);
    expect(others).toEqual([]);
    expect(dict).toMatchObject({ key, fits: [{ prefix, numClasses: 3, leftOut: found.leftOut }] });
    expect(dict!.normalization !== undefined).toBe(normalized);
  },
);

test("what is left out is named, the rest of the file described", () => {
  const left = (name: string): readonly string[] =>
    load(fileOf(expected.cases[name]!.file)).leftOut.filter((each) => !each.endsWith("num_batches_tracked"));
  expect(left("plain")).toEqual([]);
  expect(left("extra state")).toEqual(["_extra_state", "bn1.total_ops"]);
  expect(left("lightning")).toEqual(["criterion.weight"]);
  expect(left("averaged")).toEqual(["n_averaged"]);
  expect(left("attacker")).toHaveLength(29);
  const { kind, others } = describeWeights(fileOf(expected.cases["values that are no weights"]!.file));
  expect(kind).toBe("a PyTorch file (zip archive) that holds a dict with 17 keys");
  expect(others).toMatchObject({
    acc: "numpy._core.multiarray scalar",
    epoch: "number",
    args: "argparse Namespace",
    device: "torch device",
    seen: "__builtin__ set",
    complex: "tensor [2]",
  });
});

test("where several dicts or prefixes could be meant, they are listed, and the option key chooses", () => {
  const averages = fileOf(expected.several["averages"]!);
  const several = /"state_dict", "state_dict_ema".*--key/;
  expect(() => load(averages)).toThrow(several);
  expect(() => decodeWeights(averages)).toThrow(several);
  expect(load(averages, "state_dict").logits).toBeAllclose(expected.logits, { atol: 1e-5 });
  expect(load(averages, "state_dict_ema").logits).toBeAllclose(expected.otherLogits, { atol: 1e-5 });
  expect(decodeWeights(averages, "x", { key: "state_dict_ema" }).key).toBe("state_dict_ema");
  expect(() => load(averages, "ema")).toThrow(/no dict of tensors "ema"\. It has: "state_dict", "state_dict_ema"/);
  // Also when both are the same: what a file calls by two names is the person's to choose.
  expect(() => load(fileOf(expected.several["the same twice"]!))).toThrow(/"last", "best"/);
  const students = fileOf(expected.several["students"]!);
  expect(() => load(students)).toThrow(/there 2 times, with "student.", "teacher." before.* such as "student"/s);
  expect(load(students, "student").logits).toBeAllclose(expected.logits, { atol: 1e-5 });
  expect(load(students, "teacher")).toMatchObject({ key: "", prefix: "teacher." });
});

test.each(Object.entries(expected.rounded))(
  "numbers of type %s come as PyTorch converts them",
  (_, { file, values }) => {
    const { tensors } = decodeWeights(fileOf(file));
    for (const [name, wanted] of Object.entries(values))
      expect([...tensors.get(name)!.data]).toBeAllclose(wanted, { atol: 1e-6 });
    expect(load(fileOf(file)).loaded).toBe(27);
  },
);

test.each(Object.entries(expected.public))(
  "%s: a public checkpoint's names are understood, and the model computes what PyTorch computed",
  (_, { file, id, side, logits }) => {
    const shape = { inputShape: [side, side, 3], numClasses: 3 } as const;
    const { model, leftOut } = importWeights(
      `${id}@${id.startsWith("dm") ? "silu" : "relu"}`,
      openCheckpoint(fileOf(file)),
      shape,
    );
    const pixels = Float32Array.from({ length: 2 * side * side * 3 }, (__, i) => ((37 * i) % 101) / 100);
    const found = tf.tidy(() => model.predict(tf.tensor4d(pixels, [2, side, side, 3])) as tf.Tensor);
    expect(found).toBeAllclose(logits, { ofLargest: 1e-5 });
    tf.dispose(found);
    model.dispose();
    const { fits } = describeWeights(fileOf(file)).dicts[0]!;
    // Any side will do where the net pools over all positions.
    expect(fits).toMatchObject([{ id: `${id}@relu`, numClasses: 3, leftOut }]);
  },
);

const reference = join(process.env["KWTA_REFERENCE_DIR"] ?? "", "architectures.json");
const absent = existsSync(reference) ? "" : " (skipped: KWTA_REFERENCE_DIR names no folder with architectures.json)";

test.skipIf(absent)(`the published break at full size, by the names and shapes of the authors' code${absent}`, () => {
  const all = JSON.parse(readFileSync(reference, "utf8")) as Record<string, { tensors: Record<string, number[]> }>;
  const { tensors } = all["resnet18/kwta:0.1"]!;
  const shapes = new Map(Object.entries(tensors).map(([name, shape]) => [name, { shape }]));
  expect(recognize(shapes).fits).toMatchObject([{ id: "resnet18@relu", inputShape: [32, 32, 3], numClasses: 10 }]);
});

const WIDE = ["wideresnet50-2-imagenet-w2", [224, 224, 3]] as const;

test.each([...SMALL_NETS, WIDE])("%s is recognised by its names and shapes", (architecture, inputShape) => {
  const entries = outline(`${architecture}@relu`, { inputShape, numClasses: 3 });
  const under = new Map(entries.map(({ name, shape }) => [`a.module.${name}`, { shape }]));
  const { fits, nearest } = recognize(under);
  const [fit] = fits;
  if (inputShape[0] === 9) {
    expect(nearest).toMatchObject({
      id: `${architecture}@relu`,
      problem: expect.stringContaining("hidden.weight is ["),
    });
  } else {
    expect(fit).toMatchObject({ id: `${architecture}@relu`, numClasses: 3, prefix: "a.module." });
    // Nets that pool over all positions take images of any size.
    const again = outline(fit!.id, fit!);
    expect(again.map(({ shape }) => shape)).toEqual(entries.map(({ shape }) => shape));
  }
  under.delete(`a.module.${entries.at(-1)!.name}`);
  expect(recognize(under)).toMatchObject({ fits: [], nearest: { problem: expect.stringContaining("1 missing") } });
});

test("Keras's names and layout are read from safetensors as well", () => {
  const from = createModel(ID, { ...SHAPE, seed: 3 });
  const tensors = new Map(
    from.weights.map((weight): [string, NamedTensor] => [
      weight.originalName,
      { shape: weight.shape as number[], data: Float32Array.from(weight.read().dataSync<"float32">()) },
    ]),
  );
  expect(load(encodeSafetensors({ tensors, metadata: {} })).logits).toBeAllclose(logitsOf(from));
  from.dispose();
});

describe("what is not read is called by its name, with what to do", () => {
  test.each([
    [
      "a TorchScript program",
      fileOf(expected.torchscript),
      /is a TorchScript program.*torch\.jit\.load\(path\)\.state_dict/,
    ],
    [
      "an exported program",
      writeZip(new Map([["m/archive_format", new Uint8Array(3)]])),
      /exported program.*torch\.export/,
    ],
    ["Keras 3", writeZip(new Map([["config.json", new Uint8Array(2)], ["model.weights.h5", new Uint8Array(2)]])), /Keras 3 model.*tensorflowjs_converter --input_format keras_keras/], // prettier-ignore
    ["NumPy", writeZip(new Map([["a.npy", new Uint8Array(2)]])), /NumPy/],
    ["HDF5", Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), /HDF5/],
    ["a page", new TextEncoder().encode("\n<!DOCTYPE html><html>"), /web page.*get it again/],
    ["a pointer", new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n"), /Git LFS/],
    ["a topology", new TextEncoder().encode('{ "format": "layers-model" }'), /JSON file.*folder/],
    ["ONNX", new TextEncoder().encode("\u0008\u0007\u0012\u0007pytorch"), /ONNX/],
  ])("%s", (_, file, message) => {
    expect(() => openCheckpoint(file, "x")).toThrow(message);
    expect(() => openCheckpoint(file, "x")).toThrow(InputError);
    expect(describeWeights(file, "x")).toMatchObject({ dicts: [], advice: expect.any(String) });
  });
});

test("a normalisation that a model has no place for is refused, not forgotten", () => {
  const { tensors } = decodeWeights(fileOf(expected.cases["mu and sigma"]!.file));
  const [bare, other] = [createModel(ID, SHAPE), createModel(ID, { ...SHAPE, normalization: { mean: [0], std: [2] } })];
  expect(() => loadStateDict(bare, tensors)).toThrow(
    /normalisation of the images \(mu, sigma\), and the model has none/,
  );
  loadStateDict(other, tensors);
  expect(logitsOf(other)).toBeAllclose(expected.normalizedLogits, { atol: 1e-5 });
  // It goes out with the weights, and comes in again.
  const state = readStateDict(other);
  expect([...state.keys()].slice(0, 2)).toEqual(["normalization.mean", "normalization.std"]);
  loadStateDict(other, state);
  expect(logitsOf(other)).toBeAllclose(expected.normalizedLogits, { atol: 1e-5 });
  for (const model of [bare, other]) model.dispose();
  expect(() => createModel(ID, { ...SHAPE, normalization: { mean: [0, 1], std: [1] } })).toThrow(
    /do not fit images of 3/,
  );
  expect(() => createModel(ID, { ...SHAPE, normalization: { mean: [125], std: [60] } })).toThrow(/values in \[0, 1\]/);
  expect(() => createModel(ID, { ...SHAPE, normalization: { mean: [0], std: [0] } })).toThrow(/deviations above 0/);
});
