import { createModel } from "@kwta/models";
import { setGamma } from "@kwta/op";
import { crossEntropy, namedVariables, trainingLogits } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import { layers as kinds, type layers, type LayersModel } from "@tensorflow/tfjs-layers";
import { beforeEach, describe, expect, test } from "vitest";
import { startOrSkip } from "./backend.ts";
import { countCalls } from "./count-calls.ts";
import { layerByLayer, NETS, smallNet } from "./nets.ts";

const KERNELS = ["TrainingNetwork", "TrainingNetworkGradient"];

interface Step {
  readonly logits: Float32Array;
  /** By weights, and by x as "x" where it is asked for. */
  readonly gradients: Readonly<Record<string, Float32Array>>;
  /** Of batch norms, after the step. */
  readonly moved: Readonly<Record<string, Float32Array>>;
}

/** One step; the running statistics are put back. */
function step(model: LayersModel, x: tf.Tensor4D, byInput = false): Step {
  const trainable = namedVariables(model, "trainable");
  const rest = namedVariables(model, "all").filter(({ name }) => !trainable.some((other) => other.name === name));
  const before = rest.map(({ variable }) => tf.clone(variable as tf.Tensor));
  const images = tf.variable(x);
  const labels = tf.tensor1d(Int32Array.from({ length: x.shape[0] }, (_, i) => i % 3));
  const result = tf.tidy(() => {
    let logits!: Float32Array;
    const loss = (): tf.Scalar => {
      const scores = trainingLogits(model, byInput ? tf.mul(images, 1) : x, { byInput });
      logits = scores.dataSync<"float32">().slice();
      return crossEntropy(scores, tf.cast(labels, "int32") as tf.Tensor1D);
    };
    const all = [...trainable.map(({ variable }) => variable), ...(byInput ? [images] : [])];
    const { grads } = tf.variableGrads(loss, all);
    const named = [...trainable, ...(byInput ? [{ name: "x", variable: images }] : [])];
    return {
      logits,
      gradients: Object.fromEntries(
        named.map((each) => [each.name, grads[each.variable.name]!.dataSync<"float32">().slice()]),
      ),
      moved: Object.fromEntries(rest.map(({ name, variable }) => [name, variable.dataSync<"float32">().slice()])),
    };
  });
  rest.forEach(({ variable }, i) => variable.assign(before[i]!));
  tf.dispose([before, images, labels]);
  return result;
}

function byLayers(model: LayersModel, x: tf.Tensor4D, byInput = false): Step {
  return layerByLayer(model, () => step(model, x, byInput));
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The largest difference in a tensor, relative to the largest number there. */
function worstDifference(found: Step, expected: Step): number {
  const parts = (["gradients", "moved"] as const).flatMap((part) => {
    expect(Object.keys(found[part])).toEqual(Object.keys(expected[part]));
    // A bias before a batch norm has no gradient: both are rounding.
    const least = 0.1 * Math.max(...Object.values(expected[part]).map(largest));
    return Object.entries(expected[part]).map(([name, values]) => ({ values, least, found: found[part][name]! }));
  });
  const all = [...parts, { values: expected.logits, least: 0, found: found.logits }];
  return Math.max(
    ...all.map(({ values, least, found: own }) => {
      expect(own.every(Number.isFinite)).toBe(true);
      return largest(own.map((value, i) => value - values[i]!)) / Math.max(least, largest(values));
    }),
  );
}

describe.each(["tensorflow:threads=2", "wasm:threads=2"])("%s", (backend) => {
  beforeEach(({ skip }) => startOrSkip(backend, skip));

  test.each(NETS)("%s: a training step in one call is that of layer by layer", (id, shape) => {
    const model = createModel(id, { inputShape: shape, numClasses: 5, seed: 1 });
    const tensors = tf.memory().numTensors;
    for (const byInput of [false, true]) {
      const differences = [8, 9, 10].map((seed) => {
        const x = tf.randomUniform<tf.Rank.R4>([7, ...shape], 0, 1, "float32", seed);
        const calls = countCalls(KERNELS);
        const found = step(model, x, byInput);
        expect(calls()).toBe(2);
        const difference = worstDifference(found, byLayers(model, x, byInput));
        x.dispose();
        return difference;
      });
      // On some images a value so near to 0, or to the winners' threshold, that rounding decides, shows in all gradients.
      expect(differences.sort((a, b) => a - b)[1]).toBeLessThan(2e-4);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  });

  test("it follows new weights, statistics and a new gamma", () => {
    const model = createModel("resnet10-w8@kwta:0.2", { inputShape: [16, 16, 3], numClasses: 5, seed: 1 });
    const x = tf.randomUniform<tf.Rank.R4>([4, 16, 16, 3], 0, 1, "float32", 7);
    const before = step(model, x);
    setGamma(model, 0.4);
    const denser = step(model, x);
    expect(denser.logits).not.toEqual(before.logits);
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 1.1))));
    const moved = step(model, x);
    expect(moved.logits).not.toEqual(denser.logits);
    expect(worstDifference(moved, byLayers(model, x))).toBeLessThan(2e-2);
    x.dispose();
    model.dispose();
  });

  test("a NaN spoils the batch, as layer by layer, and nothing after it", () => {
    const model = createModel("small-cnn-w8@kwta:0.3", { inputShape: [8, 8, 3], numClasses: 5, seed: 1 });
    const x = tf.randomUniform<tf.Rank.R4>([3, 8, 8, 3], 0, 1, "float32", 7);
    const values = x.dataSync().slice();
    values[200] = NaN;
    const spoilt = tf.tensor4d(values, [3, 8, 8, 3]);
    const before = step(model, x);
    const found = step(model, spoilt);
    expect(Object.values(found.gradients).every((gradient) => gradient.some(Number.isNaN))).toBe(true);
    expect(step(model, x)).toEqual(before);
    tf.dispose([x, spoilt]);
    model.dispose();
  });

  test("what no line can say, and a gradient of a gradient, is computed layer by layer", () => {
    const x = tf.randomUniform<tf.Rank.R4>([3, 6, 6, 2], 0, 1, "float32", 7);
    const of = (...between: layers.Layer[]): LayersModel => smallNet(between, "linear");
    for (const [model, calls] of [
      [of(kinds.dropout({ rate: 0 })), 2],
      [of(kinds.dropout({ rate: 0.5 })), 0],
      [of(kinds.gaussianNoise({ stddev: 0.1 })), 0],
      [of(kinds.leakyReLU()), 0],
    ] as const) {
      const spy = countCalls(KERNELS);
      step(model, x);
      expect(spy()).toBe(calls);
      model.dispose();
    }
    const model = of();
    const spy = countCalls(KERNELS);
    const slope = (at: tf.Tensor): tf.Scalar => tf.sum(trainingLogits(model, at, { byInput: true }));
    const curvature = tf.grad((at) => tf.sum(tf.grad(slope)(at)));
    tf.tidy(() => {
      expect(curvature(x).shape).toEqual(x.shape);
    });
    expect(spy()).toBe(0);
    x.dispose();
    model.dispose();
  });
});

test("a training step has the same bits on wasm with 1, 2 and 3 threads", async ({ skip }) => {
  const steps: Step[] = [];
  for (const threads of [1, 2, 3]) {
    await startOrSkip(`wasm:threads=${threads}`, skip);
    const model = createModel("resnet10-w8@kwta:0.2", { inputShape: [16, 16, 3], numClasses: 5, seed: 1 });
    const x = tf.randomUniform<tf.Rank.R4>([6, 16, 16, 3], 0, 1, "float32", 7);
    const calls = countCalls(KERNELS);
    steps.push(step(model, x, true));
    expect(calls()).toBe(2);
    x.dispose();
    model.dispose();
  }
  expect(steps[1]).toEqual(steps[0]);
  expect(steps[2]).toEqual(steps[0]);
});
