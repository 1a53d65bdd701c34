import * as tf from "@tensorflow/tfjs-core";

/** What {@link softTopKGrad} needs. */
export interface SoftTopK {
  /** Values that compete in each row: [rows, size]. */
  readonly x: tf.Tensor2D;
  /** Values that win in each row, fewer than its size. */
  readonly k: number;
  /** `T s`, of each row: [rows, 1]. */
  readonly scale: tf.Tensor;
  /** The k-th largest value of each row, where the search for the soft threshold begins: [rows, 1]. */
  readonly threshold: tf.Tensor;
  /** The gradient of rows whose scale is not a positive finite number, or whose threshold is NaN. */
  readonly exact: () => tf.Tensor;
}

/**
 * The gradient of `x * m`, where `m = sigmoid((x - r) / c)` are soft winners whose sum is k: r is the threshold that makes
 * it so, and moves as x does, so that a value that rises pushes the others down. Of all m in [0, 1] with that sum these
 * maximise `x . m` plus c times their entropy. The scale c is constant.
 *
 * @see Xie et al.: "Differentiable top-k with optimal transport", NeurIPS 2020, arXiv 2002.06504, of which this is the
 * case of a line, where the transport plan has this form
 */
export function softTopKGrad(dy: tf.Tensor2D, { x, k, scale, threshold, exact }: SoftTopK): tf.Tensor2D {
  return tf.tidy(() => {
    const usable = tf.logicalAnd(
      tf.logicalAnd(tf.greater(scale, 0), tf.isFinite(scale)),
      tf.logicalNot(tf.isNaN(threshold)),
    );
    const divisor = tf.where(usable, scale, tf.onesLike(scale));
    const top = tf.max(x, 1, true);
    const z = tf.div(tf.sub(x, top), divisor) as tf.Tensor2D;
    const winners = softWinners(z, k, tf.div(tf.sub(threshold, top), divisor));
    const slope = tf.mul(winners, tf.sub(1, winners));
    const pulled = tf.mul(dy, tf.div(x, divisor));
    // What all values lose when the threshold follows one of them.
    const common = tf.div(tf.sum(tf.mul(slope, pulled), 1, true), tf.add(tf.sum(slope, 1, true), TINY));
    const gradient = tf.add(tf.mul(dy, winners), tf.mul(slope, tf.sub(pulled, common)));
    const everywhere = tf.add(tf.zerosLike(x), tf.cast(usable, "float32"));
    return tf.where(tf.cast(everywhere, "bool"), gradient, exact()) as tf.Tensor2D;
  });
}

/**
 * `sigmoid(z - r)` with the r of each row that makes their sum k, by Newton's method from the k-th value on; where a step
 * leaves the interval that must hold r, the interval is halved instead.
 *
 * @param kth the k-th largest value of each row: [rows, 1]
 */
function softWinners(z: tf.Tensor2D, k: number, kth: tf.Tensor): tf.Tensor2D {
  let [low, high] = bracket(z, k, kth);
  let r = kth;
  for (let step = 0; step < STEPS; step++) {
    const m = tf.sigmoid(tf.sub(z, r));
    const excess = tf.sub(tf.sum(m, 1, true), k);
    const slope = tf.add(tf.sum(tf.mul(m, tf.sub(1, m)), 1, true), TINY);
    const isTooLow = tf.greater(excess, tf.zerosLike(excess));
    low = tf.where(isTooLow, r, low);
    high = tf.where(isTooLow, high, r);
    const next = tf.add(r, tf.div(excess, slope));
    // With some room, since at the root itself rounding says on which side it lies.
    const isInside = tf.logicalAnd(tf.greater(next, tf.sub(low, ROOM)), tf.less(next, tf.add(high, ROOM)));
    r = tf.where(isInside, next, tf.div(tf.add(low, high), 2));
  }
  return tf.sigmoid(tf.sub(z, r)) as tf.Tensor2D;
}

/**
 * An interval that holds r. Of the k + 1 values that reach the best loser each is at least `sigmoid(loser - r)`, and k - 1
 * values are at most 1, the others at most `sigmoid(kth - r)`.
 */
function bracket(z: tf.Tensor2D, k: number, kth: tf.Tensor): [low: tf.Tensor, high: tf.Tensor] {
  const size = z.shape[1];
  const isLoser = tf.less(z, tf.add(tf.zerosLike(z), kth));
  // Where all values win by a tie, the smallest is as good a bound.
  const losers = tf.where(isLoser, z, tf.add(tf.zerosLike(z), tf.min(z, 1, true)));
  return [tf.sub(tf.max(losers, 1, true), Math.log(k)), tf.add(kth, Math.log(size - k))];
}

/** Bring the sum of the soft winners to k within 0.2 %, of values of any kind. */
const STEPS = 6;

const ROOM = 1e-3;

/** Keeps a sum of numbers that are all 0 from a division by zero. */
const TINY = 1e-30;
