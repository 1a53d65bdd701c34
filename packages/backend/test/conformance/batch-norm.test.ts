import * as tf from "@tensorflow/tfjs-core";
import { describe, test } from "vitest";
import { zeros, type Values } from "../helpers/reference.ts";
import { expectRight, type Operation } from "./operation.ts";
import { describeEach, OTHER_WAYS } from "./ways.ts";

const EPSILON = 1e-3;

/** The last axis is that of the channels. */
const SHAPES: readonly (readonly number[])[] = [
  [4, 4, 6, 6],
  [2, 9, 7, 13],
  [64, 6],
  [1, 5, 5, 8],
  [3, 5, 6],
  [33, 1],
  [8, 16, 16, 20],
];

/** Sums over all positions of each channel. */
function sumChannels(channels: number, length: number, term: (i: number, c: number) => number): number[] {
  const sums = zeros(channels);
  for (let i = 0; i < length; i++) sums[i % channels]! += term(i, i % channels);
  return sums;
}

/** `(x - mean) / sqrt(variance + epsilon)` for each value, and the divisors. */
function normalise(x: Values, mean: Values, variance: Values): { normal: number[]; spread: number[] } {
  const spread = Array.from(variance, (value) => Math.sqrt(value + EPSILON));
  const normal = Array.from(x, (value, i) => (value - mean[i % mean.length]!) / spread[i % mean.length]!);
  return { normal, spread };
}

/** With given statistics; x, mean and the logarithm of the variance, offset and scale are differentiated by. */
function inference(shape: readonly number[]): Operation {
  const channels = shape.at(-1)!;
  return {
    inputs: [shape, [channels], [channels], [channels], [channels]],
    compute: (x, mean, logVariance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        tf.exp(logVariance!) as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        EPSILON,
      ),
    reference([x, mean, logVariance, offset, scale], dy) {
      const variance = Array.from(logVariance!, Math.exp);
      const { normal, spread } = normalise(x!, mean!, variance);
      const sum = (term: (i: number, c: number) => number): number[] => sumChannels(channels, dy.length, term);
      return {
        output: normal.map((value, i) => value * scale![i % channels]! + offset![i % channels]!),
        gradients: [
          Array.from(dy, (value, i) => (value * scale![i % channels]!) / spread[i % channels]!),
          sum((i, c) => (-dy[i]! * scale![c]!) / spread[c]!),
          sum((i, c) => (-0.5 * dy[i]! * scale![c]! * normal[i]! * variance[c]!) / spread[c]! ** 2),
          sum((i) => dy[i]!),
          sum((i) => dy[i]! * normal[i]!),
        ],
      };
    },
  };
}

/** With the statistics of the batch, through which the gradient by x goes too. */
function training(shape: readonly number[]): Operation {
  const channels = shape.at(-1)!;
  const axes = [...shape.keys()].slice(0, -1);
  return {
    inputs: [shape, [channels], [channels]],
    compute(x, offset, scale) {
      const { mean, variance } = tf.moments(x!, axes);
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        EPSILON,
      );
    },
    reference([x, offset, scale], dy) {
      const count = x!.length / channels;
      const mean = sumChannels(channels, x!.length, (i) => x![i]! / count);
      const variance = sumChannels(channels, x!.length, (i, c) => (x![i]! - mean[c]!) ** 2 / count);
      const { normal, spread } = normalise(x!, mean, variance);
      const byOffset = sumChannels(channels, dy.length, (i) => dy[i]!);
      const byScale = sumChannels(channels, dy.length, (i) => dy[i]! * normal[i]!);
      return {
        output: normal.map((value, i) => value * scale![i % channels]! + offset![i % channels]!),
        gradients: [
          Array.from(dy, (value, i) => {
            const c = i % channels;
            return (scale![c]! / spread[c]!) * (value - (byOffset[c]! + normal[i]! * byScale[c]!) / count);
          }),
          byOffset,
          byScale,
        ],
      };
    },
  };
}

describeEach(OTHER_WAYS, () => {
  describe.each(SHAPES.map((shape) => ({ shape, name: `[${shape.join(", ")}]` })))(
    "batch norm of $name",
    ({ shape }) => {
      test("with given statistics, and its gradients by all five", () => expectRight(inference(shape), 2e-5));
      test("with the batch's own, and its gradients through them", () => expectRight(training(shape), 2e-5));
    },
  );
});
