import * as tf from "@tensorflow/tfjs-core";

/** Kullback-Leibler divergence of two distributions, given as logits: `[n]`. Through logSoftmax, so never NaN. */
export function kl(of: tf.Tensor2D, from: tf.Tensor2D): tf.Tensor1D {
  const difference = tf.sub(tf.logSoftmax(of), tf.logSoftmax(from));
  return tf.sum(tf.mul(tf.softmax(of), difference), 1) as tf.Tensor1D;
}
