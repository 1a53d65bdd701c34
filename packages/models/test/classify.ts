import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** Logits [n, classes] of NHWC images or rows, in inference mode. */
export function logits(model: LayersModel, x: tf.Tensor): Float32Array {
  return tf.tidy(() => (model.apply(x, { training: false }) as tf.Tensor).dataSync<"float32">());
}

/** The gradient of the summed cross-entropy by NHWC images, in NCHW order, or by rows. */
export function inputGradient(model: LayersModel, x: tf.Tensor, labels: ArrayLike<number>): Float32Array {
  return tf.tidy(() => {
    const classes = model.outputs[0]!.shape[1]!;
    const oneHot = tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), classes);
    const loss = (images: tf.Tensor): tf.Scalar => {
      const scores = model.apply(images, { training: false }) as tf.Tensor2D;
      return tf.neg(tf.sum(tf.mul(tf.logSoftmax(scores), oneHot)));
    };
    const gradient = tf.grad(loss)(x) as tf.Tensor;
    return (gradient.rank === 4 ? tf.transpose(gradient, [0, 3, 1, 2]) : gradient).dataSync<"float32">();
  });
}

/** NCHW numbers as an NHWC tensor. */
export function fromChannelsFirst(data: Float32Array, shape: [number, number, number, number]): tf.Tensor4D {
  return tf.tidy(() => tf.transpose(tf.tensor4d(data, shape), [0, 2, 3, 1]));
}

/** The largest difference, relative to the largest expected number; as it is where all of these are 0. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const difference = Math.max(...Array.from(expected, (value, i) => Math.abs(value - found[i]!)));
  return difference / (Math.max(...Array.from(expected, Math.abs)) || 1);
}

export function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (norm(a) * norm(b));
}
