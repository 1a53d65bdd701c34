import * as tf from "@tensorflow/tfjs-core";
import { parseBackward, type Backward } from "../shared/backward.ts";
import { checkBatch } from "../shared/competition.ts";
import { inputError } from "../shared/errors.ts";

/** Options of {@link meanSparse}. */
export interface MeanSparseOptions {
  /** Half the width of the band around a channel's mean, in its standard deviations: a positive number. */
  readonly width: number;
  /** Of each channel, which is the last axis: [channels]. */
  readonly mean: tf.Tensor;
  /** Of each channel: [channels]. */
  readonly deviation: tf.Tensor;
  /**
   * The gradient, see {@link parseBackward}. For the gate, which shows both jumps as slopes, `max(0, m + u sigmoid((|u| - w
   * s) / (T s)))` is derived, where m is the channel's mean, s its standard deviation, w the width and u = x - m; nobody
   * competes, so `"soft-top-k:T"` is the gate. `"relu"` passes through the band as if it were not there.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
}

/**
 * MeanSparse and ReLU: values closer to the mean of their channel than `width` standard deviations become the mean, so that
 * small changes around it are not seen; then negative values become 0. A NaN stays where it is.
 *
 * @param x [batch, ..., channels] of float32
 * @throws Error when x has no batch axis or is not float32, or width or backward cannot be used
 * @see Amini et al.: "MeanSparse: post-training robustness enhancement through mean-centered feature sparsification" (2024),
 * arXiv 2406.05927
 *
 * @example
 * ```ts
 * const ofChannel = { mean: tf.tensor1d([1]), deviation: tf.tensor1d([2]) };
 * meanSparse(tf.tensor2d([[-3], [0.5], [4]]), { width: 0.5, ...ofChannel }).print(); // [[0], [1], [4]]
 * ```
 */
export function meanSparse<T extends tf.Tensor>(x: T, options: MeanSparseOptions): T {
  const { width, mean, deviation, backward = "exact" } = options;
  checkBatch("meanSparse", x);
  checkWidth(width);
  const choice = parseBackward(backward);
  const apply = tf.customGrad((input, save) => {
    const { y } = forward(input as T, mean, deviation, width);
    (save as tf.GradSaveFunc)([input as T, mean, deviation]);
    const gradFunc = (dy: tf.Tensor, [saved, m, s]: tf.Tensor[]): tf.Tensor =>
      gradient(choice, dy, { x: saved!, mean: m!, deviation: s!, width });
    return { value: y, gradFunc };
  });
  return apply(x) as T;
}

/** @throws Error unless width is a positive number */
export function checkWidth(width: number): void {
  if (width > 0 && Number.isFinite(width)) return;
  throw inputError(`The width of MeanSparse is ${width}; it must be a positive number. 0.1 to 0.3 are usual.`);
}

/** The output, and by how much each value lies outside of the band. */
function forward<T extends tf.Tensor>(
  x: T,
  mean: tf.Tensor,
  deviation: tf.Tensor,
  width: number,
): { y: T; outside: tf.Tensor } {
  const outside = tf.sub(tf.abs(tf.sub(x, mean)), tf.mul(deviation, width));
  // In this form a NaN is not in the band. Spread by an addition, since `where` broadcasts slowly on wasm.
  const zeros = tf.zerosLike(outside);
  const sparse = tf.where(tf.less(outside, zeros), tf.add(zeros, mean), x);
  return { y: tf.where(tf.less(sparse, zeros), zeros, sparse) as T, outside };
}

interface Channels {
  readonly x: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly deviation: tf.Tensor;
  readonly width: number;
}

function gradient(backward: Backward, dy: tf.Tensor, { x, mean, deviation, width }: Channels): tf.Tensor {
  if (backward.kind === "straight-through") return tf.clone(dy);
  const zeros = tf.zerosLike(x);
  // Also where it is NaN.
  const where = (isOut: tf.Tensor): tf.Tensor => tf.where(isOut, zeros, dy);
  if (backward.kind === "relu") return where(tf.lessEqual(x, zeros));
  const { y, outside } = forward(x, mean, deviation, width);
  const exact = (): tf.Tensor => where(tf.logicalOr(tf.less(outside, zeros), tf.lessEqual(y, zeros)));
  if (!("temperature" in backward)) return exact();
  const scale = tf.mul(deviation, backward.temperature);
  const usable = tf.logicalAnd(tf.greater(scale, 0), tf.isFinite(scale));
  const divisor = tf.where(usable, scale, tf.onesLike(scale));
  const u = tf.sub(x, mean);
  const gate = tf.sigmoid(tf.div(outside, divisor));
  const slope = tf.add(gate, tf.mul(tf.div(tf.abs(u), divisor), tf.mul(gate, tf.sub(1, gate))));
  const soft = tf.add(mean, tf.mul(u, gate));
  const passed = tf.where(tf.lessEqual(soft, zeros), zeros, tf.mul(dy, slope));
  const everywhere = tf.cast(tf.add(zeros, tf.cast(usable, "float32")), "bool");
  return tf.where(everywhere, passed, exact());
}
