import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import { loadGraphModel, type GraphModel } from "@tensorflow/tfjs-converter";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { asClassifier, NoGradientError, perSampleLoss, pgd, runAttack, square } from "../src/index.ts";

const ids = Int32Array.of(0, 1);
const loss = perSampleLoss("cross-entropy", { kind: "untargeted", labels: Int32Array.of(0, 2) });

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: object;
}

const whole = (name: string): Node => ({ name, op: "Const", attr: { dtype: { type: "DT_INT32" } } });
const FLOAT = { T: { type: "DT_FLOAT" } };
const ints = (values: readonly number[]): object => ({ list: { i: values.map(String) } });
const strides = {
  strides: ints([1, 1, 1, 1]),
  dilations: ints([1, 1, 1, 1]),
  padding: { s: "VkFMSUQ=" },
  data_format: { s: "TkhXQw==" },
};

/** A graph as TensorFlow freezes it: convolution, ReLU, mean, dense layer, then `head`. */
async function graph(head: readonly Node[], batch = -1): Promise<GraphModel> {
  const shape = (sizes: readonly number[]): object => ({
    shape: { shape: { dim: sizes.map((size) => ({ size: String(size) })) } },
  });
  const constant = (name: string): Node => ({ name, op: "Const", attr: { dtype: { type: "DT_FLOAT" } } });
  const node = [
    { name: "x", op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" }, ...shape([batch, 5, 4, 2]) } },
    ...["kernel", "weights", "bias"].map(constant),
    whole("axes"),
    { name: "conv", op: "Conv2D", input: ["x", "kernel"], attr: { ...FLOAT, ...strides } },
    { name: "relu", op: "Relu", input: ["conv"], attr: FLOAT },
    { name: "mean", op: "Mean", input: ["relu", "axes"], attr: { ...FLOAT, keep_dims: { b: false } } },
    { name: "dense", op: "MatMul", input: ["mean", "weights"], attr: FLOAT },
    { name: "logits", op: "BiasAdd", input: ["dense", "bias"], attr: FLOAT },
    ...head,
  ];
  const specs = [
    { name: "kernel", shape: [2, 2, 2, 4], dtype: "float32" as const },
    { name: "weights", shape: [4, 3], dtype: "float32" as const },
    { name: "bias", shape: [3], dtype: "float32" as const },
    { name: "axes", shape: [2], dtype: "int32" as const },
    { name: "rows", shape: [2], dtype: "int32" as const },
  ];
  const bytes = specs.map(({ name }) => new Uint8Array((WHOLE[name] ?? weight(name)).buffer));
  return loadGraphModel({
    load: async () => ({
      modelTopology: { node, versions: { producer: 1 } },
      weightSpecs: specs,
      weightData: await new Blob(bytes as Uint8Array<ArrayBuffer>[]).arrayBuffer(),
      format: "graph-model",
    }),
  });
}

const WHOLE: Readonly<Record<string, Int32Array>> = { axes: Int32Array.of(1, 2), rows: Int32Array.of(-1, 3) };

function weight(name: string): Float32Array {
  return keyedRandom(0, name).normal(new Float32Array({ kernel: 32, weights: 12, bias: 3 }[name]!));
}

/** The same net as a layers model. */
function layersModel(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ filters: 4, kernelSize: 2, useBias: false, activation: "relu", inputShape: [5, 4, 2] }),
      tfl.layers.globalAveragePooling2d({}),
      tfl.layers.dense({ units: 3 }),
    ],
  });
  model.setWeights([
    tf.tensor(weight("kernel"), [2, 2, 2, 4]),
    tf.tensor(weight("weights"), [4, 3]),
    tf.tensor(weight("bias"), [3]),
  ]);
  return model;
}

const images = (n = 2): tf.Tensor => tf.tensor(keyedRandom(0, "x").uniform(new Float32Array(n * 40)), [n, 5, 4, 2]);
const after = (op: string, name: string, input: string, attr: object = FLOAT): Node => ({
  name,
  op,
  input: [input],
  attr,
});
const HEADS: Readonly<Record<string, readonly Node[]>> = {
  "no head": [],
  "a softmax": [after("Softmax", "softmax", "logits")],
  "a softmax, then layers that pass on": [
    after("Softmax", "softmax", "logits"),
    whole("rows"),
    { name: "row", op: "Reshape", input: ["softmax", "rows"], attr: FLOAT },
    after("Identity", "Identity", "row"),
  ],
  "a sigmoid": [after("Sigmoid", "sigmoid", "logits"), after("Identity", "out", "sigmoid")],
};

test.each(Object.entries(HEADS))(
  "a graph model with %s gives the logits and gradients of the same layers model",
  async (_, head) => {
    const model = await graph(head);
    const [expected, found] = [asClassifier(layersModel()), asClassifier(model)];
    expect(found).toMatchObject({ inputShape: [5, 4, 2], numClasses: 3, choosableBackward: false });
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const [ours, theirs] = [expected, found].map((each) => each.lossAndGradient(images(), ids, loss));
      expect(theirs!.logits.dataSync()).toBeAllclose(ours!.logits.dataSync(), { rtol: 1e-5 });
      expect(theirs!.gradient.dataSync()).toBeAllclose(ours!.gradient.dataSync(), { rtol: 1e-4, ofLargest: 1e-5 });
    });
    expect(tf.memory().numTensors).toBe(before);
    const x = images(12);
    const labels = [...tf.tidy(() => tf.argMax(expected.logits(x, ids), 1)).dataSync()];
    const options = { threat: { norm: "linf", eps: 0.5 }, seed: 0 } as const;
    const [ours, theirs] = [
      await runAttack(pgd({ steps: 5 }), expected, { x, labels }, options),
      await runAttack(pgd({ steps: 5 }), found, { x, labels }, options),
    ];
    expect(theirs.success).toEqual(ours.success);
    expect(theirs.success.reduce((a, b) => a + b)).toBeGreaterThan(1);
  },
);

test("digests tell graph models apart", async () => {
  const models = await Promise.all([graph(HEADS["no head"]!), graph(HEADS["a softmax"]!), graph(HEADS["a softmax"]!)]);
  const [plain, softmax, again] = await Promise.all(models.map((model) => asClassifier(model).digest!()));
  expect(softmax).toBe(again);
  expect(softmax).not.toBe(plain);
});

test("an op without a gradient stops attacks that need one, and no others", async () => {
  const classifier = asClassifier(await graph([after("Round", "round", "logits")]));
  const samples = {
    x: images(),
    labels: [...tf.tidy(() => tf.argMax(classifier.logits(images(), ids), 1)).dataSync()],
  };
  const options = { threat: { norm: "linf", eps: 0.2 }, seed: 0 } as const;
  // Where it has one, that gradient is zero, and said to be so.
  const { diagnostics } = await runAttack(pgd({ steps: 2 }), classifier, samples, options);
  expect(diagnostics.map(({ kind }) => kind)).toContain("zero-gradient");
  const isMore: Node = { name: "more", op: "Greater", input: ["logits", "bias"], attr: FLOAT };
  const cut = asClassifier(await graph([isMore, after("Cast", "cast", "more", { DstT: { type: "DT_FLOAT" } })]));
  const classes = [...tf.tidy(() => tf.argMax(cut.logits(images(), ids), 1)).dataSync()];
  const stopped = runAttack(pgd, cut, { x: images(), labels: classes }, options);
  await expect(stopped).rejects.toThrow(NoGradientError);
  await expect(stopped).rejects.toThrow(/no gradient on the backend cpu \(.*Greater/);
  await runAttack(square({ queries: 5 }), cut, { x: images(), labels: classes }, options);
});

test("graph models that are no classifiers are refused with what to do", async () => {
  expect(() => asClassifier({ inputs: [], outputs: [], weights: {}, execute: () => tf.scalar(0) })).toThrow(
    /0 inputs and 0 outputs.*Wrap it/,
  );
  const [one, open] = [
    await graph([], 1),
    await graph([
      { name: "last", op: "MatMul", input: ["logits", "logits"], attr: { ...FLOAT, transpose_a: { b: true } } },
    ]),
  ];
  expect(() => asClassifier(one)).toThrow(/batches of exactly 1 images/);
  expect(() => asClassifier(open)).toThrow(/shape \[3,3\]. A classifier gives \[1, classes\]/);
  expect(() => asClassifier(open, { inputShape: [5, 5, 2] })).toThrow(/images of shape \[5,4,2\], not \[5,5,2\]/);
});
