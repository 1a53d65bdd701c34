import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean cross-entropy of logits [n, classes] and what they should say: labels [n], or shares of the classes [n, classes].
 * Through logSoftmax: probabilities are never clipped.
 */
export function crossEntropy(logits: tf.Tensor2D, wanted: tf.Tensor1D | tf.Tensor2D): tf.Scalar {
  const shares = wanted.rank === 2 ? wanted : tf.cast(tf.oneHot(wanted as tf.Tensor1D, logits.shape[1]), "float32");
  return tf.neg(tf.div(tf.sum(tf.mul(shares, tf.logSoftmax(logits))), logits.shape[0]));
}
