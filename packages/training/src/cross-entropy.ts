import * as tf from "@tensorflow/tfjs-core";

/** Mean cross-entropy of logits [n, classes] and labels [n], through logSoftmax: probabilities are never clipped. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const picked = tf.cast(tf.oneHot(labels, logits.shape[1]), "float32");
  return tf.neg(tf.div(tf.sum(tf.mul(picked, tf.logSoftmax(logits))), logits.shape[0]));
}
