import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { KWTA } from "../../../op/src/kwta/kwta-layer.ts";
import { kwta } from "../../../op/src/kwta/kwta.ts";
import type { KernelCheck, KernelPack } from "../../src/index.ts";

/** A short code for all bits of each result: equal for equal bits. */
export type Bits = Readonly<Record<string, string>>;

/** Each of two samples is one pair of values, of which the larger wins. */
const check: KernelCheck = {
  name: "k-WTA of pairs",
  inputs: { x: [5, 2] },
  compute: (x) => kwta(x!, { k: 1 }),
  reference([x], dy) {
    const winners = (values: Float32Array): Float32Array => values.map((value, i) => (x![i]! > x![i ^ 1]! ? value : 0));
    return { output: winners(x!), gradients: [winners(dy(x!.length))] };
  },
};

/** A pack of no kernels: one more check of those that there are. */
export const pairs: KernelPack = { api: 1, name: "pairs", checks: [check] };

/** What {@link computeValues} gives, by its bits. */
export async function computeBits(): Promise<Bits> {
  const before = tf.memory().numTensors;
  const bits = Object.entries(await computeValues()).map(([name, values]) => [name, code(values)]);
  return { ...Object.fromEntries(bits), leaked: String(tf.memory().numTensors - before) };
}

/** By name. */
export type Values = Record<string, Float32Array>;

/** A convolution with both of its gradients, k-WTA, and a training step, each large enough for several threads. */
export async function computeValues(): Promise<Values> {
  return { ...(await read(convolve)), ...(await read(select)), ...(await train()) };
}

type Tensors = Record<string, tf.Tensor>;

function convolve(): Tensors {
  const inputs = [random([4, 17, 16, 24], 1), random([3, 3, 24, 40], 2)];
  const convolution = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
  const [byInput, byFilter] = tf.grads(convolution)(inputs);
  return { convolution: convolution(inputs[0]!, inputs[1]!), byInput: byInput!, byFilter: byFilter! };
}

function select(): Tensors {
  const x = random([4, 17, 16, 24], 3);
  const gate = tf.grad((values) => kwta(values, { gamma: 0.1, backward: "gate:0.1" }));
  return { kwta: kwta(x, { gamma: 0.1 }), gate: gate(x) };
}

async function train(): Promise<Values> {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 16, kernelSize: 3, padding: "same", inputShape: [12, 12, 8] }),
      layers.batchNormalization(),
      new KWTA({ gamma: 0.2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: "same" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
  const optimizer = tf.train.sgd(0.1);
  model.compile({ optimizer, loss: "categoricalCrossentropy" });
  const inputs = tf.tidy(() => {
    model.setWeights(model.getWeights().map(({ shape }, i) => tf.add(0.5, tf.mul(random(shape, 10 + i), 0.3))));
    return [random([8, 12, 12, 8], 4), tf.oneHot([1, 2, 3, 4, 5, 6, 7, 8], 10)] as const;
  });
  const losses = [await model.trainOnBatch(...inputs), await model.trainOnBatch(...inputs)];
  const { weights } = await read(() => ({
    weights: tf.concat(model.getWeights().map((weight) => tf.reshape(weight, [-1]))),
  }));
  tf.dispose([...inputs]);
  optimizer.dispose();
  model.dispose();
  return { losses: Float32Array.from(losses as number[]), weights: weights! };
}

/** A GPU is read asynchronously. */
async function read(compute: () => Tensors): Promise<Values> {
  const tensors = tf.tidy(compute);
  const names = Object.keys(tensors);
  const values = await Promise.all(names.map((name) => tensors[name]!.data<"float32">()));
  tf.dispose(tensors);
  // Copies: some backends hand out their own memory.
  return Object.fromEntries(names.map((name, i) => [name, values[i]!.slice()]));
}

function random(shape: readonly (number | null)[], seed: number): tf.Tensor {
  return tf.randomUniform(shape as number[], -1, 1, "float32", seed);
}

/** FNV-1a over the words. */
function code(values: Float32Array): string {
  if (!values.every(Number.isFinite)) return "not finite";
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(values.slice().buffer)) hash = Math.imul(hash ^ word, 0x01000193);
  return `${values.length} values ${(hash >>> 0).toString(16)}`;
}
