import "@tensorflow/tfjs-backend-cpu";
import { InputError, type NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { createModel, decodeWeights, loadStateDict, readStateDict } from "../src/index.ts";
import { SMALL_NETS } from "./small-nets.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** A 3x2 image of one channel, two 1x1 filters, a flatten, a dense layer. */
function tinyNet(): LayersModel {
  return sequential({
    layers: [
      layers.conv2d({ name: "conv", filters: 2, kernelSize: 1, useBias: false, inputShape: [3, 2, 1] }),
      layers.batchNormalization({ name: "bn", epsilon: 0 }),
      layers.flatten({ name: "flatten" }),
      layers.dense({ name: "linear", units: 2 }),
    ],
  });
}

const tensor = (shape: number[], data: number[]): NamedTensor => ({ shape, data: Float32Array.from(data) });

function tinyState(): Map<string, NamedTensor> {
  return new Map([
    ["conv.weight", tensor([2, 1, 1, 1], [1, 10])],
    ["bn.weight", tensor([2], [2, 3])],
    ["bn.bias", tensor([2], [0.5, 0.25])],
    ["bn.running_mean", tensor([2], [1, -1])],
    ["bn.running_var", tensor([2], [4, 9])],
    ["bn.num_batches_tracked", tensor([], [7])],
    // Powers of 2, so that every misplaced weight shows.
    [
      "linear.weight",
      tensor(
        [2, 12],
        Array.from({ length: 24 }, (_, i) => 2 ** (i % 12) * (i < 12 ? 1 : -3)),
      ),
    ],
    ["linear.bias", tensor([2], [5, -5])],
  ]);
}

test("computes what PyTorch computes: running statistics, and a flatten that goes channel first", () => {
  const net = tinyNet();
  const tensors = tf.memory().numTensors;
  loadStateDict(net, tinyState());
  const image = [1, 2, 3, 4, 5, 6];
  const found = tf.tidy(() => [...(net.predict(tf.tensor4d(image, [1, 3, 2, 1])) as tf.Tensor).dataSync()]);
  expect(tf.memory().numTensors).toBe(tensors);
  const features = [...image.map((v) => ((v - 1) / 2) * 2 + 0.5), ...image.map((v) => ((10 * v + 1) / 3) * 3 + 0.25)];
  const sum = features.reduce((total, feature, i) => total + feature * 2 ** i, 0);
  expect(found[0]).toBeCloseTo(sum + 5, 1);
  expect(found[1]).toBeCloseTo(-3 * sum - 5, 1);
  net.dispose();
});

test("names what does not fit, and then loads nothing", () => {
  const net = tinyNet();
  const before = net.getWeights().map((weight) => [...weight.dataSync()]);
  const state = tinyState();
  state.delete("bn.running_var");
  state.set("fc.weight", tensor([1], [0]));
  state.set("linear.weight", tensor([12, 2], new Array<number>(24).fill(0)));
  const load = (): unknown => loadStateDict(net, state);
  expect(load).toThrow(InputError);
  expect(load).toThrow(/1 missing: bn.running_var\. 1 unknown to the model: fc.weight\./);
  expect(load).toThrow(/1 misshapen: linear.weight is \[12, 2\] instead of \[2, 12\]\./);
  expect(net.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
  net.dispose();
});

test("what PyTorch wrote comes out as it went in: names, shapes, order, bits", () => {
  const file = readFileSync(new URL("fixtures/tiny-zip.pth", import.meta.url));
  const { tensors } = decodeWeights(file);
  const net = tinyNet();
  loadStateDict(net, tensors);
  const before = tf.memory().numTensors;
  const written = readStateDict(net);
  expect(tf.memory().numTensors).toBe(before);
  const counter = "bn.num_batches_tracked";
  expect([...written]).toEqual([...tensors].filter(([name]) => name !== counter));
  net.dispose();
});

test.each(SMALL_NETS)("%s: the state of one net makes another one equal", (architecture, inputShape) => {
  const [from, to] = [1, 2].map((seed) => createModel(`${architecture}@relu`, { inputShape, numClasses: 3, seed }));
  loadStateDict(to!, readStateDict(from!));
  const values = (net: LayersModel): Float32Array[] => net.getWeights().map((each) => each.dataSync<"float32">());
  expect(values(to!)).toEqual(values(from!));
  from!.dispose();
  to!.dispose();
});

test("understands the names of parallel models, Keras, torchvision and the authors' nets with dropout", () => {
  const prefixed = new Map([...tinyState()].map(([name, each]) => [`module.${name}`, each]));
  const [plain, parallel, keras] = [tinyNet(), tinyNet(), tinyNet()];
  loadStateDict(plain, tinyState());
  loadStateDict(parallel, prefixed);
  const kerasState = new Map(
    plain.weights.map((weight): [string, NamedTensor] => [
      `${weight.originalName}:0`,
      { shape: weight.shape as number[], data: Float32Array.from(weight.read().dataSync()) },
    ]),
  );
  loadStateDict(keras, kerasState);
  const values = (net: LayersModel): Float32Array[] => net.getWeights().map((each) => each.dataSync<"float32">());
  expect(values(parallel)).toEqual(values(plain));
  expect(values(keras)).toEqual(values(plain));
  for (const net of [plain, parallel, keras]) net.dispose();

  const renamed = (id: string, rename: (name: string) => string): void => {
    const net = createModel(id, { inputShape: [32, 32, 3], numClasses: 3 });
    const own = readStateDict(net);
    loadStateDict(net, new Map([...own].map(([name, each]) => [rename(name), each])));
    expect(readStateDict(net)).toEqual(own);
    net.dispose();
  };
  renamed("resnet10-imagenet-w2@relu", (name) => name.replace("shortcut", "downsample").replace("linear", "fc"));
  const dropout: Record<string, string> = { "0": "1", "2": "4", "4": "6" };
  renamed("alexnet-w2-h6@relu", (name) => name.replace(/(classifier\.)(\d)/, (_, stem, i) => stem + dropout[i]));
});
