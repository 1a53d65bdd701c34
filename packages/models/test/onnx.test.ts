import "@tensorflow/tfjs-backend-cpu";
import { activationLayer, LWTA, StochasticLWTA } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, model, sequential, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { encodeOnnx, foldBatchNorm } from "../src/index.ts";
import { registerKeras3 } from "../src/keras3/register.ts";
import { logits, relativeError } from "./classify.ts";
import { formulaImages, formulaNet, SMALL_NETS } from "./small-nets.ts";

// Like the benchmarks: another Python than `python3` is named by KWTA_PYTHON.
const python = process.env["KWTA_PYTHON"] ?? "python3";
const absent =
  spawnSync(python, ["-c", "import onnxruntime, numpy"]).status === 0
    ? ""
    : " (skipped: KWTA_PYTHON names no Python with onnxruntime)";
const folder = mkdtempSync(join(tmpdir(), "kwta-onnx-"));

beforeAll(async () => {
  await tf.setBackend("cpu");
  registerKeras3();
});

const RUN = `
import json, sys, numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
x = numpy.fromfile(sys.argv[1], "<f4").reshape(json.loads(sys.argv[2]))
results = []
for path in sys.argv[3:]:
    session = onnxruntime.InferenceSession(path, options)
    (value,) = session.get_inputs()
    (output,) = session.get_outputs()
    (logits,) = session.run([output.name], {"input": x})
    # Any number of images will do.
    (first,) = session.run([output.name], {"input": x[:1]})
    assert numpy.allclose(first[0], logits[0], rtol=1e-4, atol=1e-6)
    results.append({"shape": value.shape, "name": output.name, "output": output.shape, "logits": logits.ravel().tolist()})
print(json.dumps(results))
`;

interface Found {
  readonly shape: unknown[];
  readonly name: string;
  readonly output: unknown[];
  readonly logits: number[];
}

/** What onnxruntime makes of files and of images that come as NHWC, and the input shape that it sees. */
function runOnnx(files: readonly Uint8Array[], x: tf.Tensor): Found[] {
  const paths = files.map((file, i) => {
    const path = join(folder, `model-${i}.onnx`);
    writeFileSync(path, file);
    return path;
  });
  const data = join(folder, "x.bin");
  const first = tf.transpose(x, [0, 3, 1, 2]);
  writeFileSync(data, new Uint8Array(Float32Array.from(first.dataSync()).buffer));
  const args = ["-c", RUN, data, JSON.stringify(first.shape), ...paths];
  first.dispose();
  const { stdout, stderr, status } = spawnSync(python, args, { encoding: "utf8" });
  expect([status, stderr.match(/.*(error|invalid).*/i)]).toEqual([0, null]);
  return JSON.parse(stdout) as Found[];
}

test.skipIf(absent).each(SMALL_NETS)(
  `%s gives the same logits in onnxruntime, with ReLU, k-WTA and folded${absent}`,
  (architecture, inputShape) => {
    const x = formulaImages(3, inputShape);
    const nets = ["relu", "kwta:0.2"].map((activation) => formulaNet(`${architecture}@${activation}`, inputShape));
    nets.push(foldBatchNorm(nets[1]!));
    const tensors = tf.memory().numTensors;
    const found = runOnnx(nets.map(encodeOnnx), x);
    expect(tf.memory().numTensors).toBe(tensors);
    const [height, width, channels] = inputShape;
    for (const [i, net] of nets.entries()) {
      expect(found[i]!.shape).toEqual(["batch", channels, height, width]);
      expect(found[i]!.logits).toBeAllclose(logits(net, x), { rtol: 0, ofLargest: 1e-4 });
      net.dispose();
    }
    x.dispose();
  },
  60_000,
);

test.skipIf(absent)(
  `every activation gives the same logits in onnxruntime, on images and on rows${absent}`,
  () => {
    const specs =
      "kwta-channel:0.3 kwta-abs:0.3 kwta-k:7 lwta:2 max-pool:2 break-relu:0.5 kwta-stat:0.2 statistical-top-k:0.2 batch-top-k:0.2 " +
      "mean-sparse:0.3 kwta:0.2,boost=1.5,inference=1.5 kwta:0.2,boost=0,inference=1.5";
    const nets = ["small-cnn-w4", "mlp-h30x20"].flatMap((net) =>
      specs.split(" ").map((spec) => [`${net}@${spec}`, formulaNet(`${net}@${spec}`, [9, 11, 2])] as const),
    );
    const x = formulaImages(3, [9, 11, 2]);
    for (const [, net] of nets) keepAverages(net, [9, 11, 2]);
    const found = runOnnx(
      nets.map(([, net]) => encodeOnnx(net)),
      x,
    );
    for (const [i, [id, net]] of nets.entries()) {
      expect([id, relativeError(found[i]!.logits, logits(net, x))]).toEqual([id, expect.closeTo(0, 5)]);
      net.dispose();
    }
    x.dispose();
  },
  60_000,
);

/** What relatives of k-WTA keep of a training, of two batches. */
function keepAverages(net: LayersModel, shape: readonly [number, number, number]): void {
  for (const weight of net.nonTrainableWeights) {
    if (!weight.originalName.includes("/moving_")) weight.write(tf.zeros(weight.shape as number[]));
  }
  for (const count of [8, 5]) tf.tidy(() => void net.apply(formulaImages(count, shape), { training: true }));
}

test.skipIf(absent)(`k-WTA on rows of rows keeps their shape in onnxruntime${absent}`, () => {
  const x = formulaImages(2, [4, 3, 5]);
  const nets = ["kwta:0.2", "kwta-stat:0.2", "mean-sparse:0.3", "kwta:0.2,boost=1.5"].map((spec) =>
    withWeights(
      sequential({
        layers: [
          layers.reshape({ targetShape: [12, 5], inputShape: [4, 3, 5] }),
          activationLayer(spec),
          layers.dense({ units: 3 }),
          layers.globalAveragePooling1d({}),
        ],
      }),
    ),
  );
  for (const net of nets) keepAverages(net, [4, 3, 5]);
  const found = runOnnx(nets.map(encodeOnnx), x);
  for (const [i, net] of nets.entries()) {
    expect(relativeError(found[i]!.logits, logits(net, x))).toBeCloseTo(0, 5);
    net.dispose();
  }
  x.dispose();
});

/** Layers of other people's models: TensorFlow's uneven "same", dilation, built-in activations, rescaling, dropout. */
function foreignNet(): LayersModel {
  return sequential({
    layers: [
      layers.rescaling({ scale: 2, offset: -1, inputShape: [9, 10, 2] }),
      layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      layers.conv2d({ filters: 3, kernelSize: [1, 3], padding: "same", dilationRate: [1, 2] }),
      layers.activation({ activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2, padding: "same" }),
      layers.dropout({ rate: 0.5 }),
      layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.flatten(),
      layers.dense({ units: 6 }),
      layers.softmax(),
      layers.dense({ units: 4, activation: "softmax" }),
    ],
  });
}

test.skipIf(absent)(`layers of other models give the same numbers in onnxruntime${absent}`, () => {
  const net = foreignNet();
  const x = formulaImages(2, [9, 10, 2]);
  expect(runOnnx([encodeOnnx(net)], x)[0]!.logits).toBeAllclose(logits(net, x), { rtol: 0, ofLargest: 1e-5 });
  net.dispose();
  x.dispose();
});

const image = { inputShape: [6, 7, 4] };
/** Layers on images, each with what stands around it to make a classifier of it. */
const IMAGE_LAYERS: Readonly<Record<string, () => layers.Layer[]>> = {
  "depthwise, twice the channels, strides": () => [
    layers.depthwiseConv2d({
      ...image,
      kernelSize: [3, 2],
      depthMultiplier: 2,
      strides: 2,
      padding: "same",
      activation: "relu",
    }),
  ],
  separable: () => [
    layers.separableConv2d({ ...image, filters: 3, kernelSize: 3, depthMultiplier: 2, activation: "tanh" }),
  ],
  "transposed, same": () => [
    layers.conv2dTranspose({ ...image, filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
  ],
  "transposed, valid": () => [
    layers.conv2dTranspose({ ...image, filters: 3, kernelSize: [2, 4], strides: 3, activation: "elu" }),
  ],
  "PReLU, a slope for each channel": () => [layers.prelu({ ...image, sharedAxes: [1, 2] })],
  "PReLU, a slope for each value": () => [layers.prelu(image)],
  rectifiers: () => [
    layers.leakyReLU({ ...image, alpha: 0.3 }),
    layers.elu(),
    layers.reLU({ maxValue: 0.5 }),
    layers.thresholdedReLU({ theta: 0.1 }),
  ],
  "layer normalisation of channels": () => [layers.layerNormalization(image)],
  "layer normalisation of images": () => [layers.layerNormalization({ ...image, axis: [1, 2, 3], center: false })],
  "reshape to images and to rows": () => [
    layers.reshape({ ...image, targetShape: [7, 8, 3] }),
    layers.conv2d({ filters: 2, kernelSize: 2 }),
    layers.reshape({ targetShape: [12, 7] }),
    layers.dense({ units: 4, activation: "sigmoid" }),
    layers.layerNormalization(),
    layers.prelu(),
    layers.globalMaxPooling1d({}),
    layers.reshape({ targetShape: [2, 1, 2] }),
  ],
  upsampling: () => [layers.upSampling2d({ ...image, size: [2, 3] })],
  "upsampling between pixels": () => [layers.upSampling2d({ ...image, size: [3, 2], interpolation: "bilinear" })],
  "permute, crop, pad": () => [
    layers.permute({ ...image, dims: [2, 3, 1] }),
    layers.cropping2D({
      cropping: [
        [1, 2],
        [1, 0],
      ],
    }),
    layers.zeroPadding2d({
      padding: [
        [0, 1],
        [2, 0],
      ],
    }),
  ],
  "dense on images": () => [layers.dense({ ...image, units: 3, activation: "softmax" })],
  "global pooling": () => [layers.globalMaxPooling2d(image)],
  noise: () => [layers.gaussianNoise({ ...image, stddev: 1 }), layers.gaussianDropout({ rate: 0.5 })],
};

const FUNCTIONS = [
  "elu",
  "gelu",
  "hardSigmoid",
  "linear",
  "logSoftmax",
  "mish",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "softmax",
  "softplus",
  "softsign",
  "swish",
  "tanh",
] as const;
/** Of models of Keras 3, which loading one registers. */
const OTHER_FUNCTIONS = [
  "celu",
  "exponential",
  "hardSigmoidKeras3",
  "hardSilu",
  "hardTanh",
  "leakyRelu",
  "logSigmoid",
  "tanhShrink",
];

/** With weights that are neither 0 nor 1. */
function withWeights(net: LayersModel): LayersModel {
  tf.tidy(() => {
    const weights = net.getWeights().map(({ shape, size }, i) => {
      return tf.reshape(tf.mul(tf.sin(tf.add(tf.range(0, size), i + 1)), 0.4), shape);
    });
    net.setWeights(weights);
  });
  return net;
}

function branches(): LayersModel {
  const x = input({ shape: [6, 7, 4] });
  const gate = layers.reshape({ targetShape: [1, 1, 4] }).apply(layers.globalAveragePooling2d({}).apply(x));
  const parts = [
    layers.multiply().apply([x, gate as SymbolicTensor, x]),
    layers.average().apply([x, x]),
    layers.maximum().apply([x, layers.conv2d({ filters: 4, kernelSize: 1 }).apply(x) as SymbolicTensor]),
    layers.minimum().apply([x, layers.conv2d({ filters: 4, kernelSize: 1 }).apply(x) as SymbolicTensor]),
  ] as SymbolicTensor[];
  const outputs = layers.dense({ units: 3 }).apply(layers.flatten().apply(layers.concatenate().apply(parts)));
  return model({ inputs: x, outputs: outputs as SymbolicTensor });
}

test.skipIf(absent)(
  `every layer gives the same numbers in onnxruntime, for any number of images${absent}`,
  () => {
    const x = formulaImages(3, [6, 7, 4]);
    const nets = Object.entries(IMAGE_LAYERS).map(([name, make]) => {
      const end = [layers.flatten(), layers.dense({ units: 3 })];
      const parts = make();
      return [
        name,
        withWeights(sequential({ layers: [...parts, ...(name === "global pooling" ? end.slice(1) : end)] })),
      ] as const;
    });
    const all = [...FUNCTIONS, ...OTHER_FUNCTIONS].map((activation) => {
      const own = { filters: 3, kernelSize: 2, ...image, activation: activation as "relu" };
      const end = [
        layers.activation({ activation: activation as "relu" }),
        layers.flatten(),
        layers.dense({ units: 3 }),
      ];
      return [activation, withWeights(sequential({ layers: [layers.conv2d(own), ...end] }))] as const;
    });
    const whole = [...nets, ...all, ["branches", withWeights(branches())] as const];
    const found = runOnnx(
      whole.map(([, net]) => encodeOnnx(net)),
      x,
    );
    for (const [i, [name, net]] of whole.entries()) {
      expect([name, relativeError(found[i]!.logits, logits(net, x))]).toEqual([name, expect.closeTo(0, 5)]);
      expect([found[i]!.shape, found[i]!.name, found[i]!.output]).toEqual([["batch", 4, 6, 7], "logits", ["batch", 3]]);
      net.dispose();
    }
    x.dispose();
  },
  60_000,
);

test.skipIf(absent)(`what holds probabilities is not called logits${absent}`, () => {
  const x = formulaImages(2, [6, 7, 4]);
  const dense = (activation: "linear" | "softmax" | "sigmoid", units = 3): layers.Layer =>
    layers.dense({ units, activation });
  const ends: [string, layers.Layer[]][] = [
    ["probabilities", [dense("softmax")]],
    ["probabilities", [dense("linear"), layers.softmax()]],
    ["probabilities", [dense("sigmoid", 1)]],
    ["probabilities", [dense("softmax"), layers.dropout({ rate: 0.1 }), layers.reshape({ targetShape: [3] })]],
    ["logits", [dense("softmax"), dense("linear")]],
  ];
  const nets = ends.map(([, end]) => withWeights(sequential({ layers: [layers.flatten(image), ...end] })));
  const found = runOnnx(nets.map(encodeOnnx), x);
  expect(found.map(({ name }) => name)).toEqual(ends.map(([name]) => name));
  for (const [i, net] of nets.entries()) {
    expect(found[i]!.logits).toBeAllclose(logits(net, x), { rtol: 0, ofLargest: 1e-5 });
    net.dispose();
  }
  x.dispose();
});

test("what has no ONNX form is refused by name", () => {
  const refused: [layers.Layer, RegExp][] = [
    [
      layers.lstm({ name: "l", units: 1, recurrentInitializer: "zeros", inputShape: [4, 1] }),
      /Layer "l" of class LSTM cannot be written as ONNX. Known: .*KWTA/,
    ],
    [
      layers.conv2d({ name: "c", filters: 1, kernelSize: 1, dataFormat: "channelsFirst", inputShape: [1, 4, 4] }),
      /"c" has its channels first/,
    ],
    [
      layers.layerNormalization({ name: "n", axis: 1, inputShape: [4, 4, 1] }),
      /"n" normalises other axes than the last ones/,
    ],
    [
      new StochasticLWTA({ name: "s", size: 2, inputShape: [4] }),
      /"s" draws its winners at random, which cannot be written as ONNX/,
    ],
    [new LWTA({ name: "g", size: 2, inputShape: [3, 4] }), /"g" is applied to rows of rows/],
  ];
  for (const [layer, message] of refused) {
    const strange = sequential({ layers: [layer] });
    expect(() => encodeOnnx(strange)).toThrow(message);
    strange.dispose();
  }
});

test("equal models make equal files", () => {
  const [a, b] = [1, 2].map(() => formulaNet("small-cnn-w2@kwta:0.2", [8, 8, 1]));
  expect(encodeOnnx(a!)).toEqual(encodeOnnx(b!));
  a!.dispose();
  b!.dispose();
});
