import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import { kwtaLayers } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { input, model as functional, type LayersModel } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { conv } from "../src/_layers.ts";
import { createModel, formatModelId, parseModelId, resnet, smallCnn } from "../src/index.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const cifar = { inputShape: [32, 32, 3], numClasses: 10 } as const;

describe("placement", () => {
  test("a ResNet has k-WTA after each first batch norm and each sum, and ReLU in the stem", () => {
    const net = resnet({ ...cifar, activation: "kwta:0.1", width: 2, blocks: [1, 2] });
    expect(kwtaLayers(net).map(({ name }) => name)).toEqual([
      "layer1.0.act1",
      "layer1.0.act2",
      "layer2.0.act1",
      "layer2.0.act2",
      "layer2.1.act1",
      "layer2.1.act2",
    ]);
    const before = (name: string): string =>
      (net.getLayer(name).input as unknown as { sourceLayer: { name: string } }).sourceLayer.name;
    expect(before("layer2.0.act1")).toBe("layer2.0.bn1");
    expect(before("layer2.0.act2")).toBe("layer2.0.add");
    expect(before("relu")).toBe("bn1");
    expect(net.getLayer("relu").getClassName()).toBe("ReLU");
    expect(net.getLayer("layer2.0.act1").outputShape).toEqual([null, 16, 16, 4]);
    net.dispose();
  });

  test("a small CNN has five slots, and the channels that its width says", () => {
    const net = smallCnn({ inputShape: [28, 28, 1], numClasses: 10, activation: "kwta:0.1" });
    const shapes = ["act1", "act2", "act3", "act4", "act5"].map((name) => net.getLayer(name).outputShape);
    expect(shapes).toEqual([
      [null, 28, 28, 16],
      [null, 14, 14, 16],
      [null, 14, 14, 32],
      [null, 7, 7, 32],
      [null, 64],
    ]);
    expect(kwtaLayers(net).map(({ gamma }) => gamma)).toEqual([0.1, 0.1, 0.1, 0.1, 0.1]);
    net.dispose();
  });
});

test.each([
  ["small-cnn-w2@kwta:0.2", [7, 5, 2], 3],
  ["small-cnn-w1@relu", [1, 1, 1], 2],
  ["resnet10-w1@kwta:0.5", [28, 20, 1], 4],
  ["resnet10-w2@relu", [8, 8, 3], 4],
  ["resnet10-w1@relu", [64, 40, 3], 4],
] as [string, [number, number, number], number][])("%s takes images of %j", (id, inputShape, numClasses) => {
  const tensors = tf.memory().numTensors;
  const net = createModel(id, { inputShape, numClasses });
  const logits = tf.tidy(() => (net.predict(tf.ones([2, ...inputShape])) as tf.Tensor).arraySync() as number[][]);
  expect(logits.map((row) => row.length)).toEqual([numClasses, numClasses]);
  expect(logits.flat().every(Number.isFinite)).toBe(true);
  net.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
});

test("a strided convolution is padded alike on all sides, as in PyTorch", () => {
  for (const size of [4, 5]) {
    const x = input({ shape: [size, size, 1] });
    const net = functional({ inputs: x, outputs: conv(x, "c", { filters: 1, kernelSize: 3, stride: 2 }) });
    const kernel = Array.from({ length: 9 }, (_, i) => i + 1);
    const image = Array.from({ length: size * size }, (_, i) => (i * 7) % 11);
    const at = (r: number, c: number): number => (r >= 0 && c >= 0 && r < size && c < size ? image[r * size + c]! : 0);
    const side = Math.ceil(size / 2);
    const expected = Array.from({ length: side * side }, (_, i) => {
      const [row, column] = [2 * Math.floor(i / side) - 1, 2 * (i % side) - 1];
      return kernel.reduce((sum, w, j) => sum + w * at(row + Math.floor(j / 3), column + (j % 3)), 0);
    });
    tf.tidy(() => {
      net.setWeights([tf.tensor(kernel, [3, 3, 1, 1])]);
      expect([...(net.predict(tf.tensor(image, [1, size, size, 1])) as tf.Tensor).dataSync()]).toEqual(expected);
    });
    net.dispose();
  }
});

describe("initial weights", () => {
  const weights = (net: LayersModel): Map<string, Float32Array> =>
    new Map(net.weights.map((weight) => [weight.originalName, weight.read().dataSync() as Float32Array]));
  const made = (id: string, seed: number): Map<string, Float32Array> => {
    const net = createModel(id, { ...cifar, seed });
    const values = weights(net);
    net.dispose();
    return values;
  };

  test("depend on the seed and their name alone", () => {
    const base = made("resnet10-w8@relu", 1);
    expect(made("resnet10-w8@kwta:0.1", 1)).toEqual(base);
    const [other, deeper] = [made("resnet10-w8@relu", 2), made("resnet18-w8@relu", 1)];
    expect(deeper.get("layer3.0.conv1/kernel")).toEqual(base.get("layer3.0.conv1/kernel"));
    expect(other.get("layer3.0.conv1/kernel")).not.toEqual(base.get("layer3.0.conv1/kernel"));
    const linear = keyedRandom(1, "init", "linear/kernel").uniform(new Float32Array(640), -1 / 8, 1 / 8);
    expect(base.get("linear/kernel")).toEqual(linear);
  });

  test("of convolutions are He-normal by fan-out, batch norm starts as the identity", () => {
    const values = made("resnet10-w16@relu", 0);
    const kernel = values.get("layer4.0.conv2/kernel")!;
    const variance = kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length;
    // 147,456 values: the standard error of a variance estimate is 0.4 %.
    expect(variance / (2 / (9 * 128))).toBeCloseTo(1, 1);
    const norm = ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => new Set(values.get(`bn1/${name}`)));
    expect(norm).toEqual([new Set([1]), new Set([0]), new Set([0]), new Set([1])]);
  });
});

test("model ids are read and written", () => {
  expect(parseModelId("small-cnn-w8@kwta:0.1")).toEqual({
    architecture: "small-cnn",
    width: 8,
    activation: { kind: "kwta", gamma: 0.1 },
  });
  for (const id of ["resnet18@kwta:0.1", "resnet18-w16@relu", "small-cnn@relu"]) {
    expect(formatModelId(parseModelId(id))).toBe(id);
  }
  expect(formatModelId(parseModelId("resnet18-w64@relu"))).toBe("resnet18@relu");
});

test.each([
  ["resnet18", {}, /"resnet18" is not a model id. Write ARCHITECTURE@ACTIVATION/],
  ["resnet19@relu", {}, /Unknown architecture "resnet19". Known: .*resnet18/],
  ["resnet18@kwta", {}, /"kwta" is not a complete activation/],
  ["resnet18@kwta:1.5", {}, /gamma is 1.5; .* between 0 and 1/],
  ["resnet18-w0@relu", {}, /width .* is 0/],
  ["small-cnn@relu", { inputShape: [28, 28] }, /input shape is \[28,28\]; it must be \[height, width, channels\]/],
  ["small-cnn@relu", { numClasses: 1 }, /number of classes is 1/],
  ["small-cnn@kwta:0.01", {}, /Layer "act5": gamma 0.01 of 64 values .* at least 0.01563/],
])("%s with %j is refused", (id, options, message) => {
  const create = (): unknown => createModel(id, { ...cifar, ...options } as typeof cifar);
  expect(create).toThrow(message);
  expect(create).toThrow(expect.objectContaining({ name: "InputError" }));
});

test("a network without blocks is refused", () => {
  expect(() => resnet({ ...cifar, activation: "relu", blocks: [1, 0] })).toThrow(/blocks per stage are \[1,0\]/);
});
