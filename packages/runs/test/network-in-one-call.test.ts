import { asClassifier, perSampleLoss, type Classifier, type PerSampleLoss } from "@kwta/attacks";
import { createModel, foldBatchNorm } from "@kwta/models";
import { kwtaLayers, setGamma } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { layers as kinds, type layers, type LayersModel } from "@tensorflow/tfjs-layers";
import { beforeEach, describe, expect, test } from "vitest";
import { startOrSkip } from "./backend.ts";
import { countCalls } from "./count-calls.ts";
import { layerByLayer, NETS, smallNet } from "./nets.ts";

const KERNELS = ["Network", "NetworkGradient"];

const crossEntropy = (ids: Int32Array): PerSampleLoss =>
  perSampleLoss("cross-entropy", { kind: "untargeted", labels: ids.map((i) => i % 3) });

/** Whose gradient is the same bits for a sample alone, which TensorFlow does not promise of its exponentials. */
const linear =
  (ids: Int32Array): PerSampleLoss =>
  (logits) =>
    tf.sum(tf.mul(logits, tf.tensor2d([...ids].map((i) => [i - 1.3, 2, 0.7 * i, -1, 0.1]))), 1);

/** Logits of some images, and the gradients of their losses; the first of them is number `first`. */
function compute(
  classifier: Classifier,
  x: tf.Tensor,
  first = 0,
  lossOf = crossEntropy,
): Record<"logits" | "gradient", Float32Array> {
  const ids = Int32Array.from({ length: x.shape[0]! }, (_, i) => first + i);
  const loss = lossOf(ids);
  return tf.tidy(() => {
    const logits = classifier.logits(x, ids).dataSync<"float32">();
    const { gradient, logits: same } = classifier.lossAndGradient(x, ids, loss);
    expect(same.dataSync()).toEqual(logits);
    return { logits, gradient: gradient.dataSync<"float32">() };
  });
}

function byLayers(model: LayersModel, x: tf.Tensor): ReturnType<typeof compute> {
  return layerByLayer(model, () => compute(asClassifier(model), x));
}

/** Random statistics, as after a training. */
function train(model: LayersModel): void {
  model.layers.forEach((layer, seed) => {
    const means = { BatchNormalization: 2, MeanSparse: 0 }[layer.getClassName()];
    if (means === undefined) return;
    tf.tidy(() => {
      const random = ({ shape }: tf.Tensor, i: number): tf.Tensor =>
        tf.randomUniform(shape, i === means ? -0.3 : 0.6, i === means ? 0.3 : 1.4, "float32", 10 * seed + i);
      layer.setWeights(layer.getWeights().map(random));
    });
  });
}

const ALL = ["exact", "gate:0.2", "straight-through", "relu"];

/** Activations that are steps of networks, the gradients that one can choose there, and how many of those are another's. */
const CHOICES: readonly (readonly [activation: string, gradients: readonly string[], alike: number])[] = [
  ["relu", ["exact", "gate:0.2"], 1],
  ["kwta:0.2", [...ALL, "gate:0.05"], 0],
  ["kwta-k:40", ALL, 0],
  ["lwta:2", ALL, 0],
  ["lwta:4", ALL, 0],
  ["break-relu:1.5", [...ALL, "soft-top-k:0.2"], 2],
];

/** Those that tensorflow alone has. */
const MORE: typeof CHOICES = [
  ["mean-sparse:0.25", [...ALL, "soft-top-k:0.2"], 1],
  ["statistical-top-k:0.2", ["exact", "gate:0.2"], 1],
];

describe.each(["tensorflow:threads=2", "wasm:threads=2"])("%s", (backend) => {
  beforeEach(({ skip }) => startOrSkip(backend, skip));

  test.each(NETS)("%s: in one call the same as layer by layer, each sample by itself", (id, shape) => {
    const tensors = tf.memory().numTensors;
    const own = createModel(id, { inputShape: shape, numClasses: 5, seed: 1 });
    train(own);
    const isRelu = id.endsWith("relu");
    for (const model of [own, foldBatchNorm(own)]) {
      const x = tf.randomUniform([5, ...shape], 0, 1, "float32", 7);
      const spy = countCalls(KERNELS);
      const found = compute(asClassifier(model), x);
      expect(spy()).toBe(3);
      const expected = byLayers(model, x);
      const limit = isRelu ? { rtol: 0, ofLargest: 2e-5 } : { rtol: 0, ofLargest: 1e-3 };
      expect(found.logits).toBeAllclose(expected.logits, limit);
      expect(found.gradient).toBeAllclose(expected.gradient, limit);
      const last = tf.slice(x, [4, ...shape.map(() => 0)], [1, ...shape]);
      const [alone, within] = [
        compute(asClassifier(model), last, 4, linear),
        compute(asClassifier(model), x, 0, linear),
      ];
      expect(alone.logits).toEqual(within.logits.subarray(20));
      expect(alone.gradient).toEqual(within.gradient.subarray(4 * alone.gradient.length));
      x.dispose();
      last.dispose();
      model.dispose();
    }
    expect(tf.memory().numTensors).toBe(tensors);
  });

  const choices = backend.startsWith("tensorflow") ? [...CHOICES, ...MORE] : CHOICES;
  test.each(choices)(
    "%s: each gradient that can be chosen, in one call the same as layer by layer",
    (id, gradients, alike) => {
      const model = createModel(`resnet10-w8@${id}`, { inputShape: [9, 11, 2], numClasses: 5, seed: 1 });
      train(model);
      const tensors = tf.memory().numTensors;
      const x = tf.randomUniform([5, 9, 11, 2], 0, 1, "float32", 7);
      const classifier = asClassifier(model);
      const ids = Int32Array.of(0, 1, 2, 3, 4);
      const differentiate = (backward: string): Float32Array =>
        tf.tidy(() => classifier.lossAndGradient(x, ids, linear(ids), { backward }).gradient.dataSync<"float32">());
      const all = gradients.map((backward) => {
        const spy = countCalls(KERNELS);
        const found = differentiate(backward);
        expect(spy()).toBe(2);
        const expected = layerByLayer(model, () => differentiate(backward));
        expect(found).toBeAllclose(expected, { rtol: 0, ofLargest: 1e-3 });
        return found.join();
      });
      expect(new Set(all).size).toBe(all.length - alike);
      x.dispose();
      expect(tf.memory().numTensors).toBe(tensors);
      model.dispose();
    },
  );

  test("it follows new weights and a new gamma, and a gradient that no network has is taken layer by layer", () => {
    const model = createModel("resnet10-w8@kwta:0.2", { inputShape: [16, 16, 3], numClasses: 5, seed: 1 });
    const x = tf.randomUniform([3, 16, 16, 3], 0, 1, "float32", 7);
    const classifier = asClassifier(model);
    const before = compute(classifier, x);
    setGamma(model, 0.4);
    const sparser = compute(classifier, x);
    expect(sparser.logits).not.toEqual(before.logits);
    expect(sparser.logits).toBeAllclose(byLayers(model, x).logits, { rtol: 0, ofLargest: 1e-3 });
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 1.1))));
    const moved = compute(classifier, x);
    expect(moved.logits).not.toEqual(sparser.logits);
    expect(moved.logits).toBeAllclose(byLayers(model, x).logits, { rtol: 0, ofLargest: 1e-3 });
    const ids = Int32Array.of(0, 1, 2);
    const loss = perSampleLoss("cross-entropy", { kind: "untargeted", labels: ids });
    const gradientOf = (backward: string): Float32Array =>
      tf.tidy(() => classifier.lossAndGradient(x, ids, loss, { backward }).gradient.dataSync<"float32">());
    const spy = countCalls(KERNELS);
    expect(gradientOf("soft-top-k:0.2")).not.toEqual(moved.gradient);
    expect(spy()).toBe(0);
    const [first] = kwtaLayers(model);
    const byHand = first!.withBackward("straight-through", () => compute(classifier, x).gradient);
    expect(byHand).not.toEqual(moved.gradient);
    x.dispose();
    model.dispose();
  });

  test("a NaN spoils its own sample alone, forward and back, and an infinity stays where it is", () => {
    const model = createModel("small-cnn-w8@kwta:0.3", { inputShape: [8, 8, 3], numClasses: 5, seed: 1 });
    const values = tf.randomUniform([3, 8, 8, 3], 0, 1, "float32", 7).dataSync().slice();
    const clean = tf.tensor(values, [3, 8, 8, 3]);
    values[200] = NaN;
    const x = tf.tensor(values, [3, 8, 8, 3]);
    const [found, expected] = [x, clean].map((images) => compute(asClassifier(model), images));
    for (const name of ["logits", "gradient"] as const) {
      const size = found![name].length / 3;
      expect(found![name].subarray(0, size)).toEqual(expected![name].subarray(0, size));
      expect(found![name].subarray(size, 2 * size).every(Number.isNaN)).toBe(true);
      expect(found![name].subarray(2 * size)).toEqual(expected![name].subarray(2 * size));
    }
    tf.dispose([x, clean]);
    model.dispose();
  });

  test("a softmax at the end is looked through, and what no line can say is computed layer by layer", () => {
    const x = tf.randomUniform([3, 6, 6, 2], 0, 1, "float32", 7);
    const of = (...between: layers.Layer[]): LayersModel => smallNet(between, "softmax");
    for (const [model, calls] of [
      [of(), 3],
      [of(kinds.maxPooling2d({ poolSize: 2 })), 3],
      [of(kinds.averagePooling2d({ poolSize: 3, strides: 1, padding: "same" })), 0],
      [of(kinds.leakyReLU()), 0],
    ] as const) {
      const spy = countCalls(KERNELS);
      const found = compute(asClassifier(model), x);
      expect(spy()).toBe(calls);
      const expected = byLayers(model, x);
      expect(found.logits).toBeAllclose(expected.logits, { rtol: 0, ofLargest: 1e-5 });
      expect(found.gradient).toBeAllclose(expected.gradient, { rtol: 0, ofLargest: 1e-5 });
      model.dispose();
    }
    x.dispose();
  });
});
