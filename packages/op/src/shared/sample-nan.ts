import * as tf from "@tensorflow/tfjs-core";

/** NaN for each sample of x [batch, ...] that holds a NaN, else -0, which added to a value leaves its bits: [batch]. */
export function sampleNaN(x: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => {
    const spoilt = tf.any<tf.Tensor1D>(tf.isNaN(tf.reshape(x, [x.shape[0]!, -1])), 1);
    return tf.where(spoilt, tf.fill(spoilt.shape, NaN), tf.fill(spoilt.shape, -0));
  });
}
