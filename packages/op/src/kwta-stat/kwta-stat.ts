import * as tf from "@tensorflow/tfjs-core";
import { parseBackward } from "../shared/backward.ts";
import { checkBatch, compete } from "../shared/competition.ts";
import { deviation } from "../shared/compose.ts";
import { normalQuantile } from "../shared/normal-quantile.ts";
import { wholeSample } from "../shared/whole-sample.ts";
import { winnerCount } from "../shared/winner-count.ts";

/** Options of {@link kwtaStat}. */
export interface KwtaStatOptions {
  /** The fraction of values that would win were they normally distributed, in (0, 1). */
  readonly gamma: number;
  /**
   * The gradient, see {@link parseBackward}. `"soft-top-k:T"` has `floor(gamma * N)` soft winners.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
}

/**
 * k-WTA by a statistical threshold: the values of a sample stay that reach its mean plus its standard deviation times the
 * normal quantile of 1 - gamma, the others become 0. It needs no selection, and of values that are not normally distributed
 * more or fewer win. A sample that holds a NaN or an infinity comes out all NaN.
 *
 * @param x [batch, ...] of float32; the statistics are over all axes but the first
 * @throws Error when x has no batch axis or is not float32, or gamma or backward cannot be used
 * @see You et al.: "Spark Transformer" (2025), arXiv 2506.06644, for the threshold; {@link statisticalTopK} is theirs
 *
 * @example
 * ```ts
 * kwtaStat(tf.tensor2d([[0.8, -0.2, -0.4, 1.7, 1.1, 0.9]]), { gamma: 0.3 }).print(); // [[0, 0, 0, 1.7, 1.1, 0]]
 * ```
 */
export function kwtaStat<T extends tf.Tensor>(x: T, { gamma, backward = "exact" }: KwtaStatOptions): T {
  checkBatch("kwtaStat", x);
  const size = tf.util.sizeFromShape(x.shape.slice(1));
  const k = x.size === 0 ? undefined : winnerCount(size, gamma);
  const z = normalQuantile(1 - gamma);
  const threshold = (values: tf.Tensor2D): tf.Tensor =>
    tf.tidy(() => tf.add(tf.mean(values, 1), tf.mul(tf.reshape(deviation(values), [-1]), z)));
  return compete(x, { ...wholeSample(x.shape, k), threshold }, parseBackward(backward));
}
