import * as tf from "@tensorflow/tfjs-core";

/**
 * The threshold t of each row, `[n, 1]`, such that `sum(max(sizes - t, 0))` is `total`; 0 where the sum of the row is less.
 * By Newton's method from below, which does not jump over t, since the sum is convex in it.
 *
 * @param sizes `[n, d]`, not negative
 * @param total `[n, 1]`, positive
 */
export function excessThreshold(sizes: tf.Tensor, total: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    // No less than where the largest value alone, or all values, would make up the total.
    const least = tf.maximum(tf.sub(tf.max(sizes, 1, true), total), 0);
    let threshold: tf.Tensor = tf.maximum(least, tf.div(tf.sub(tf.sum(sizes, 1, true), total), sizes.shape[1]!));
    for (let i = 0; i < NEWTON_STEPS; i++) {
      const above = tf.cast(tf.greater(sizes, threshold), "float32");
      const [sum, count] = [tf.sum(tf.mul(sizes, above), 1, true), tf.maximum(tf.sum(above, 1, true), 1)];
      threshold = tf.maximum(threshold, tf.div(tf.sub(sum, total), count));
    }
    return threshold;
  });
}

/** Each step drops the values that are out; few are needed, whatever the number of values. */
const NEWTON_STEPS = 8;
