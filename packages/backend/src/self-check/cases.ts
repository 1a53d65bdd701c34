import * as tf from "@tensorflow/tfjs-core";

/** One operation that the self-check runs forward and backward. */
export interface SelfCheckCase {
  /** By name: the shape, and what the pattern of numbers in (-1, 1) is multiplied by (1) and then shifted by (0). */
  readonly inputs: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly scale?: number; readonly shift?: number }>
  >;
  compute(...inputs: tf.Tensor[]): tf.Tensor;
  /** Kernels that its gradients need. A backend that lacks one is not wrong: the gradients are left out. */
  readonly gradientKernels?: readonly string[];
}

/** Sizes are odd on purpose, so that every kernel's left-over part is run too. */
export const selfCheckCases: Readonly<Record<string, SelfCheckCase>> = {
  convolution: {
    inputs: { x: { shape: [2, 6, 5, 3] }, filter: { shape: [3, 3, 3, 5] } },
    compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"),
  },
  "strided convolution": {
    inputs: { x: { shape: [2, 7, 6, 3] }, filter: { shape: [3, 3, 3, 5] } },
    compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "same"),
  },
  // Large enough for what backends do in blocks, and for Winograd's algorithm with tiles that stick out.
  "wide convolution": {
    inputs: { x: { shape: [2, 9, 9, 16] }, filter: { shape: [3, 3, 16, 16] } },
    compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"),
  },
  "depthwise convolution": {
    inputs: { x: { shape: [2, 6, 5, 5] }, filter: { shape: [3, 3, 5, 2] } },
    compute: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same"),
    gradientKernels: [tf.DepthwiseConv2dNativeBackpropInput, tf.DepthwiseConv2dNativeBackpropFilter],
  },
  "batch norm in training": {
    inputs: { x: { shape: [4, 4, 4, 5] }, scale: { shape: [5] }, offset: { shape: [5] } },
    compute(x, scale, offset) {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        EPSILON,
      );
    },
  },
  "batch norm": {
    inputs: {
      x: { shape: [4, 4, 4, 5] },
      mean: { shape: [5] },
      variance: { shape: [5], scale: 0.5, shift: 1 },
      scale: { shape: [5] },
      offset: { shape: [5] },
    },
    compute: (x, mean, variance, scale, offset) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        EPSILON,
      ),
  },
  "max pooling": {
    inputs: { x: { shape: [2, 4, 6, 3] } },
    compute: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"),
  },
  "average pooling": {
    inputs: { x: { shape: [2, 4, 6, 3] } },
    compute: (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, "valid"),
  },
  "dense layer": {
    inputs: { x: { shape: [3, 7] }, weights: { shape: [7, 5] }, bias: { shape: [5] } },
    compute: (x, weights, bias) => tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D), bias)),
  },
  "matrix product": {
    inputs: { a: { shape: [37, 33] }, b: { shape: [33, 41] } },
    compute: (a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D),
  },
  "softmax cross-entropy": {
    inputs: { logits: { shape: [4, 6], scale: 4 } },
    compute: (logits) => tf.losses.softmaxCrossEntropy(tf.oneHot([5, 0, 2, 2], 6), logits),
  },
};

export const EPSILON = 1e-3;
