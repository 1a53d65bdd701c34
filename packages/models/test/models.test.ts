import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import { kwtaLayers, setGamma } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model as functional, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { conv } from "../src/build/layers.ts";
import {
  alexNet,
  architectures,
  createModel,
  denseNet,
  describeModel,
  formatModelId,
  mlp,
  mnistCnn,
  parseModelId,
  resnet,
  smallCnn,
  vgg,
  wideResNet,
} from "../src/index.ts";

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

describe("placement of the other networks", () => {
  /** Names of the k-WTA layers and of those that are ReLU all the same. */
  const slots = (net: LayersModel): { kwta: string[]; relu: string[] } => {
    const kwta = kwtaLayers(net).map(({ name }) => name);
    const relu = net.layers.filter((layer) => layer.getClassName() === "ReLU").map(({ name }) => name);
    net.dispose();
    return { kwta, relu };
  };
  const small = { inputShape: [32, 32, 3], numClasses: 10, activation: "kwta:0.1", width: 4 } as const;

  test("bottlenecks have three slots; the stem for ImageNet has one, that for CIFAR keeps ReLU", () => {
    const net = (stem: "cifar" | "imagenet"): LayersModel =>
      resnet({ ...small, block: "bottleneck", blocks: [1], stem });
    const block = ["layer1.0.act1", "layer1.0.act2", "layer1.0.act3"];
    expect(slots(net("cifar"))).toEqual({ kwta: block, relu: ["relu"] });
    expect(slots(net("imagenet"))).toEqual({ kwta: ["act", ...block], relu: [] });
  });

  test("a WideResNet has a slot at every activation, the final one too", () => {
    const { kwta, relu } = slots(wideResNet({ ...small, depth: 10, widen: 1 }));
    expect(kwta).toHaveLength(2 * 3 + 1);
    expect(kwta.at(-1)).toBe("act");
    expect(relu).toEqual([]);
  });

  test("a DenseNet has slots before each convolution and in transitions, and ReLU at the end", () => {
    const { kwta, relu } = slots(denseNet({ ...small, blocks: [1, 2] }));
    const inside = ["dense1.0", "dense2.0", "dense2.1"].flatMap((name) => [`${name}.act1`, `${name}.act2`]);
    expect(kwta.sort()).toEqual([...inside, "trans1.act"].sort());
    expect(relu).toEqual(["relu"]);
  });

  test("stages have activations of their own", () => {
    const net = resnet({ ...small, blocks: [1, 1], activation: ["relu", "kwta:0.2"] });
    expect(kwtaLayers(net).map(({ name, gamma }) => [name, gamma])).toEqual([
      ["layer2.0.act1", 0.2],
      ["layer2.0.act2", 0.2],
    ]);
    net.dispose();
    expect(() => alexNet({ ...small, activation: ["relu", "relu", "relu"] })).toThrow(
      /3 activations for 2 stages \(conv, dense\)/,
    );
  });
});

test("gamma of a live model can be read and changed, for all layers or one", () => {
  const net = createModel("mlp-h20x10@kwta:0.5", { inputShape: [4], numClasses: 2 });
  setGamma(net, 0.3);
  kwtaLayers(net)[1]!.gamma = 0.2;
  expect(describeModel(net)).toEqual({
    parameters: 4 * 20 + 20 + 20 * 10 + 10 + 10 * 2 + 2,
    statistics: 0,
    inputShape: [4],
    outputShape: [2],
    layers: { InputLayer: 1, Dense: 3, KWTA: 2 },
    kwta: [
      { layer: "nn.1", gamma: 0.3, size: 20, k: 6 },
      { layer: "nn.3", gamma: 0.2, size: 10, k: 2 },
    ],
  });
  const winners = tf.tidy(() => {
    const hidden = functional({ inputs: net.inputs, outputs: net.getLayer("nn.3").output as SymbolicTensor });
    return (hidden.predict(tf.tensor2d([[1, -2, 3, 0.5]])) as tf.Tensor).dataSync().filter((y) => y !== 0).length;
  });
  expect(winners).toBe(2);
  net.dispose();
  const byChannel = createModel("small-cnn-w2@kwta-channel:0.3", { inputShape: [8, 6, 1], numClasses: 2 });
  expect(describeModel(byChannel).kwta[0]).toEqual({ layer: "act1", gamma: 0.3, size: 48, k: 14 });
  byChannel.dispose();
});

test("a net can be frozen, cut and given a new end, which alone is trained", async () => {
  const net = createModel("small-cnn-w2@kwta:0.3", { inputShape: [8, 8, 1], numClasses: 10 });
  for (const layer of net.layers) layer.trainable = false;
  const features = net.getLayer("act5").output as SymbolicTensor;
  const head = layers.dense({ units: 2, activation: "softmax", kernelInitializer: "zeros" });
  const transfer = functional({ inputs: net.inputs, outputs: head.apply(features) as SymbolicTensor });
  transfer.compile({ optimizer: tf.train.sgd(0.5), loss: "categoricalCrossentropy" });
  // TensorFlow.js goes on averaging the statistics of a batch norm that is frozen.
  const frozen = (): Float32Array[] =>
    net.weights
      .filter(({ originalName }) => !originalName.includes("moving_"))
      .map((weight) => Float32Array.from(weight.read().dataSync()));
  const before = frozen();
  const x = tf.tensor4d(
    Float32Array.from({ length: 128 }, (_, i) => Math.sin(i * i)),
    [2, 8, 8, 1],
  );
  const y = tf.tensor2d([0, 1, 1, 0], [2, 2]);
  const { history } = await transfer.fit(x, y, { epochs: 5, verbose: 0 });
  expect(history["loss"]!.at(-1)).toBeLessThan(history["loss"]![0] as number);
  expect(frozen()).toEqual(before);
  tf.dispose([x, y]);
  transfer.dispose();
});

test("every network of the list can be built small", () => {
  for (const { name, width, hidden } of architectures()) {
    const id = `${name}${width ? "-w1" : ""}${hidden ? "-h9" : ""}@relu`;
    expect(formatModelId(parseModelId(id))).toBe(id);
    // The deepest take seconds and are built elsewhere.
    if (/1(01|52)|34|densenet/.test(name)) continue;
    const net = createModel(id, { inputShape: [32, 32, 1], numClasses: 2 });
    expect(net.outputs[0]!.shape).toEqual([null, 2]);
    net.dispose();
  }
}, 60_000);

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

  test("of convolutions are PyTorch's own, as the authors leave them; batch norm starts as the identity", () => {
    const values = made("resnet10-w16@relu", 0);
    const kernel = values.get("layer4.0.conv2/kernel")!;
    const variance = kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length;
    // 147,456 values: the standard error of a variance estimate is 0.4 %.
    expect(variance * 3 * (9 * 128)).toBeCloseTo(1, 1);
    expect(kernel.reduce((most, w) => Math.max(most, Math.abs(w)), 0)).toBeLessThanOrEqual(1 / Math.sqrt(9 * 128));
    const norm = ["gamma", "beta", "moving_mean", "moving_variance"].map((name) => new Set(values.get(`bn1/${name}`)));
    expect(norm).toEqual([new Set([1]), new Set([0]), new Set([0]), new Set([1])]);
  });
});

test("the authors' other ways to start: PyTorch's own, WideResNet's, and N(0, 1 / fan-in)", () => {
  const start = (net: LayersModel, name: string): { deviation: number; largest: number } => {
    const weight = net.weights.find(({ originalName }) => originalName === name)!;
    const values = weight.read().dataSync<"float32">();
    const deviation = Math.sqrt(values.reduce((sum, w) => sum + w * w, 0) / values.length);
    return { deviation, largest: values.reduce((most, w) => Math.max(most, Math.abs(w)), 0) };
  };
  const cnn = mnistCnn({ inputShape: [28, 28, 1], numClasses: 10, activation: "relu", hidden: 8, width: 16 });
  const bound = 1 / Math.sqrt(9 * 16);
  expect(start(cnn, "cnn.2/kernel").largest).toBeLessThanOrEqual(bound);
  expect(start(cnn, "cnn.2/kernel").deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
  expect(start(cnn, "cnn.2/bias").largest).toBeLessThanOrEqual(bound);
  expect(start(cnn, "cnn.2/bias").largest).toBeGreaterThan(bound / 4);
  cnn.dispose();
  const net = mlp({ inputShape: [100], numClasses: 10, activation: "relu", hidden: [300] });
  expect(start(net, "nn.0/kernel").deviation * 10).toBeCloseTo(1, 1);
  expect(start(net, "nn.0/bias").largest).toBe(0);
  net.dispose();
  const wide = wideResNet({ ...cifar, depth: 10, widen: 2, activation: "relu" });
  expect(start(wide, "block3.layer.0.conv2/kernel").deviation / Math.sqrt(2 / (9 * 128))).toBeCloseTo(1, 1);
  expect(start(wide, "fc/bias").largest).toBe(0);
  wide.dispose();
  const other = vgg({ ...cifar, width: 8, hidden: 8, activation: "relu", initialiser: "normal" });
  expect(start(other, "features.8/kernel").deviation * Math.sqrt(9 * 16)).toBeCloseTo(1, 1);
  other.dispose();
});

test("model ids are read and written", () => {
  expect(parseModelId("small-cnn-w8@kwta:0.1")).toEqual({
    architecture: "small-cnn",
    width: 8,
    activation: { kind: "kwta", gamma: 0.1 },
  });
  for (const id of [
    "resnet18@kwta:0.1",
    "resnet18-w16@relu",
    "small-cnn@relu",
    "wideresnet16-4-w8@kwta:0.1",
    "resnet50-imagenet@kwta:0.1",
    "mnist-cnn-w64-h10000@kwta:0.1,kwta:0.02",
    "mlp-h64x32x16@kwta:0.1",
  ]) {
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
  ["lenet-h9@relu", {}, /lenet has no hidden layers to choose/],
  ["vgg11-h9x9@relu", {}, /vgg11 takes one number/],
  ["mlp-w9@relu", {}, /mlp has no width/],
  ["wideresnet27-10@relu", {}, /depth of a WideResNet is 27; it must be 6 n \+ 4/],
  ["resnet18@relu,kwta:0.1", {}, /2 activations for 4 stages \(layer1, layer2, layer3, layer4\)/],
  ["vgg11-w1-h9@relu", { inputShape: [28, 28, 1] }, /image is too small .* 1x1 positions reach features.28/],
  ["densenet121-w1@relu", { inputShape: [4, 4, 1] }, /image is too small for this DenseNet/],
  ["small-cnn@relu", { initialiser: "ones" }, /Unknown initialiser "ones"/],
  ["small-cnn@relu", { inputShape: [28, 28] }, /input shape is \[28,28\]; it must be \[height, width, channels\]/],
  ["small-cnn@relu", { numClasses: 1 }, /number of classes is 1/],
  ["small-cnn@kwta:0.01", {}, /Layer "act5": gamma 0.01 of 64 values .* at least 0.01563/],
  ["small-cnn-w1000000@relu", {}, /"small-cnn" would have more than 500,000,000 parameters/],
  ["resnet18@kwta:0.1", { numClasses: 1e8 }, /would have more than 500,000,000 parameters/],
  ["wideresnet6004-1@relu", {}, /"wideresnet6004-1" would have more than 2,000 layers/],
])("%s with %j is refused, and leaves no weights", (id, options, message) => {
  const before = tf.memory().numTensors;
  const create = (): unknown => createModel(id, { ...cifar, ...options } as typeof cifar);
  expect(create).toThrow(message);
  expect(create).toThrow(expect.objectContaining({ name: "InputError" }));
  expect(tf.memory().numTensors).toBe(before);
});

test("a network without blocks is refused", () => {
  expect(() => resnet({ ...cifar, activation: "relu", blocks: [1, 0] })).toThrow(/blocks per stage are \[1,0\]/);
});
