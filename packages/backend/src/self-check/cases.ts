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
  // What TensorFlow.js or TensorFlow got wrong on some backend, see the folder repairs; one case of each kind.
  "depthwise convolution with gaps": {
    inputs: { x: { shape: [2, 6, 4, 3] }, filter: { shape: [3, 1, 3, 2] } },
    compute: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, "same"),
    gradientKernels: [tf.DepthwiseConv2dNativeBackpropInput, tf.DepthwiseConv2dNativeBackpropFilter],
  },
  "dilated convolution": {
    inputs: { x: { shape: [2, 6, 5, 3] }, filter: { shape: [2, 3, 3, 2] } },
    compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, "same", "NHWC", [3, 2]),
  },
  "narrow convolution": {
    inputs: { x: { shape: [2, 4, 2, 1] }, filter: { shape: [2, 3, 1, 3] } },
    compute: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, [1, 2], "same"),
  },
  "convolution of volumes": {
    inputs: { x: { shape: [2, 3, 4, 3, 2] }, filter: { shape: [2, 1, 2, 2, 3] } },
    compute: (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 2, "same"),
  },
  "max pooling of volumes": {
    inputs: { x: { shape: [2, 3, 4, 3, 2], shift: -2 } },
    compute: (x) => tf.maxPool3d(x as tf.Tensor5D, [2, 1, 3], 2, "same"),
    gradientKernels: [tf.MaxPool3DGrad],
  },
  "average pooling of volumes": {
    inputs: { x: { shape: [2, 3, 4, 3, 2] } },
    compute: (x) => tf.avgPool3d(x as tf.Tensor5D, [2, 1, 3], 2, "same"),
  },
  "average pooling that sticks out": {
    inputs: { x: { shape: [2, 5, 6, 3] } },
    compute: (x) => tf.avgPool(x as tf.Tensor4D, 3, 2, "same"),
  },
  "resizing to the nearest": {
    inputs: { x: { shape: [2, 3, 2, 3] } },
    compute: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [5, 3], false, true),
  },
  "resizing between": {
    inputs: { x: { shape: [2, 3, 2, 3] } },
    compute: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [5, 3], false, true),
  },
  "mirrored border": {
    inputs: { x: { shape: [2, 4, 3] } },
    compute: (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [2, 1],
          [1, 0],
        ],
        "reflect",
      ),
  },
  "running sum": {
    inputs: { x: { shape: [2, 3, 4] } },
    compute: (x) => tf.cumsum(x, 1, true),
  },
  "depth to space": {
    inputs: { x: { shape: [2, 2, 3, 8] } },
    compute: (x) => tf.depthToSpace(x as tf.Tensor4D, 2),
  },
  "sum of Einstein": {
    inputs: { a: { shape: [2, 3, 4] }, b: { shape: [4, 5] } },
    compute: (a, b) => tf.einsum("abc,cd->ad", a, b),
  },
  "choice by batch": {
    inputs: { x: { shape: [2, 3, 4] } },
    compute: (x) => tf.gather(x, tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1, 1),
  },
  "slope of shared axes": {
    inputs: { x: { shape: [2, 3, 4] }, slope: { shape: [3, 1] } },
    compute: (x, slope) => tf.prelu(x, slope),
  },
  "larger of two shapes": {
    inputs: { a: { shape: [2, 3, 4] }, b: { shape: [3, 1] } },
    compute: (a, b) => tf.maximum(a, b),
  },
  // The logarithm of a negative number is none.
  "sign of no number": {
    inputs: { x: { shape: [12] } },
    compute: (x) => tf.add(tf.sign(tf.log(x)), x),
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
