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
 * MeanSparse and ReLU: values no further from the mean of their channel than `width` standard deviations become the mean, so that
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
    (save as tf.GradSaveFunc)([input as T, mean, deviation]);
    const gradFunc = (dy: tf.Tensor, [saved, m, s]: tf.Tensor[]): tf.Tensor =>
      gradient(choice, dy, { x: saved!, mean: m!, deviation: s!, width });
    return { value: forward({ x: input as T, mean, deviation, width }), gradFunc };
  });
  return apply(x) as T;
}

/** @throws Error unless width is a positive number */
export function checkWidth(width: number): void {
  if (width > 0 && Number.isFinite(width)) return;
  throw inputError(`The width of MeanSparse is ${width}; it must be a positive number. 0.1 to 0.3 are usual.`);
}

/** The output. Selection copies bits: what is added to them is 0. */
function forward<T extends tf.Tensor>({ x, mean, deviation, width }: Channels<T>): T {
  const outside = distance({ x, mean, deviation, width });
  const above = whereAbove(whereAbove(x, x), outside);
  const isIn = tf.sub(1, tf.step(outside));
  return tf.add(above, tf.mul(isIn, tf.relu(mean))) as T;
}

/** `values` where x is above 0 or NaN, else 0. */
function whereAbove<T extends tf.Tensor>(values: T, x: T): T {
  const zeros = tf.zerosLike(x);
  return tf.where(tf.lessEqual(x, zeros), zeros, values) as T;
}

/** By how much each value lies outside of the band of its channel. */
function distance<T extends tf.Tensor>({ x, mean, deviation, width }: Channels<T>): T {
  return tf.sub(tf.abs(tf.sub(x, mean)), tf.mul(deviation, width)) as T;
}

interface Channels<T extends tf.Tensor> {
  readonly x: T;
  readonly mean: tf.Tensor;
  readonly deviation: tf.Tensor;
  readonly width: number;
}

function gradient<T extends tf.Tensor>(backward: Backward, dy: T, channels: Channels<T>): T {
  const { x, mean, deviation } = channels;
  if (backward.kind === "straight-through") return tf.clone(dy);
  const passed = whereAbove(dy, x);
  if (backward.kind === "relu") return passed;
  const outside = distance(channels);
  if (!("temperature" in backward)) return whereAbove(passed, outside);
  // A channel that does not vary has no scale: as good as none is the exact gradient.
  const divisor = tf.maximum(tf.mul(deviation, backward.temperature), TINY);
  const u = tf.sub(x, mean);
  const gate = tf.sigmoid(tf.div(outside, divisor));
  const slope = tf.add(gate, tf.mul(tf.div(tf.abs(u), divisor), tf.mul(gate, tf.sub(1, gate))));
  return whereAbove(tf.mul(dy, slope) as T, tf.add(mean, tf.mul(u, gate)) as T);
}

const TINY = 1e-30;
