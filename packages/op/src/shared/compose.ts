import * as tf from "@tensorflow/tfjs-core";

/*
 * k-WTA of a [batch, size] tensor out of TensorFlow.js ops: right on every backend, and what the kernels are held
 * against. Two habits of the wasm backend shape it: arithmetic broadcasts fast, but comparisons, `where` and `tile` do
 * so a hundred times slower, so a value per sample is spread by adding it to zeros before it is compared.
 */

/** The output, and the k-th largest value of each sample: [batch], NaN where the sample holds a NaN. */
export function composeKwta(x: tf.Tensor2D, k: number): [y: tf.Tensor, threshold: tf.Tensor] {
  return tf.tidy(() => {
    const threshold = kthLargest(x, k);
    return [selectWinners(x, x, threshold), threshold];
  });
}

/** `values` where x reaches its sample's threshold, else 0; NaN throughout a sample whose threshold is NaN. */
export function selectWinners(values: tf.Tensor2D, x: tf.Tensor2D, threshold: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => {
    const zeros = tf.zerosLike(x);
    const limit = tf.add<tf.Tensor2D>(zeros, tf.expandDims(threshold, 1));
    // Nothing reaches NaN, so in such a sample every value is a loser: losers get NaN there and 0 elsewhere.
    const isNaN = tf.isNaN(threshold);
    const loser = tf.where(isNaN, threshold, tf.zerosLike(threshold));
    return tf.where(tf.greaterEqual(x, limit), values, tf.add(zeros, tf.expandDims(loser, 1)));
  });
}

/** What {@link composeGateGrad} needs; all but the temperature are [rows, size], and s is taken of each row of x. */
export interface Gate {
  readonly x: tf.Tensor2D;
  /** x less what it has to reach. */
  readonly distance: tf.Tensor2D;
  /** What the gate lets through. */
  readonly height: tf.Tensor2D;
  readonly temperature: number;
  /** The gradient where the gate cannot be used. */
  readonly exact: () => tf.Tensor;
}

/**
 * The gradient of `height * sigmoid(distance / (T s))`, s the standard deviation of x and constant, where height and
 * distance both grow as x does. A row whose scale `T s` is not a positive finite number (its values do not vary, or
 * hold an infinity or NaN) gets the exact gradient.
 */
export function composeGateGrad(dy: tf.Tensor2D, { x, distance, height, temperature, exact }: Gate): tf.Tensor {
  return tf.tidy(() => {
    const scale = tf.mul(deviation(x), temperature);
    const usable = tf.logicalAnd(tf.greater(scale, 0), tf.isFinite(scale));
    const divisor = tf.where(usable, scale, tf.onesLike(scale));
    const gate = tf.sigmoid(tf.div(distance, divisor));
    const slope = tf.add(gate, tf.mul(tf.div(height, divisor), tf.mul(gate, tf.sub(1, gate))));
    const everywhere = tf.add(tf.zerosLike(x), tf.cast(usable, "float32"));
    return tf.where(tf.cast(everywhere, "bool"), tf.mul(dy, slope), exact());
  });
}

/** The standard deviation of each row: [rows, 1]. */
export function deviation(x: tf.Tensor2D): tf.Tensor {
  // Of the distances to the largest, not of x: values that are all equal then have exactly no deviation.
  const distance = tf.sub(x, tf.max(x, 1, true));
  return tf.sqrt(tf.mean(tf.square(tf.sub(distance, tf.mean(distance, 1, true))), 1, true));
}

/** The k-th largest value of each row: [rows], NaN where the row holds a NaN. */
export function kthLargest(x: tf.Tensor2D, k: number): tf.Tensor {
  const size = x.shape[1];
  const isNaN = tf.isNaN(x);
  // `topk` sorts by comparisons and differences, which NaN and infinities break; they are taken out here ...
  const tame = tf.where(isNaN, tf.zerosLike(x), tf.clipByValue(x, -LARGEST, LARGEST));
  const finite = k === 1 ? tf.max(tame, 1) : tf.min(tf.topk(tame, k, false).values, 1);
  // ... and put back where the k-th value is one of them.
  const up = tf.sum(tf.step(tf.sub(x, LARGEST)), 1);
  const down = tf.sum(tf.step(tf.sub(-LARGEST, x)), 1);
  const infinite = tf.where(tf.greater(down, size - k), fill(finite, -Infinity), finite);
  const threshold = tf.where(tf.greaterEqual(up, k), fill(finite, Infinity), infinite);
  return tf.where(tf.any(isNaN, 1), fill(finite, NaN), threshold);
}

/** The largest finite 32-bit float. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

function fill(like: tf.Tensor, value: number): tf.Tensor {
  return tf.fill(like.shape, value, "float32");
}
