import * as tf from "@tensorflow/tfjs-core";
import { checkBatch } from "../shared/competition.ts";
import { normalQuantile } from "../shared/normal-quantile.ts";
import { winnerCount } from "../shared/winner-count.ts";

/** Options of {@link statisticalTopK}. */
export interface StatisticalTopKOptions {
  /** The fraction of values that would stay above 0 were they normally distributed, in (0, 1). */
  readonly gamma: number;
}

/**
 * Statistical top-k: `max(x - t, 0)`, where t is the mean of the sample plus its standard deviation times the normal
 * quantile of 1 - gamma.
 *
 * It is continuous, and its gradient goes through mean and standard deviation too, so it hides nothing and there is no
 * choice of it. A sample that holds a NaN or an infinity comes out all NaN.
 *
 * @param x [batch, ...] of float32; the statistics are over all axes but the first
 * @throws Error when x has no batch axis or is not float32, or gamma cannot be used
 * @see You et al.: "Spark Transformer" (2025), arXiv 2506.06644
 *
 * @example
 * ```ts
 * statisticalTopK(tf.tensor2d([[0, 1, 2, 3]]), { gamma: 0.5 }).print(); // [[0, 0, 0.5, 1.5]]
 * ```
 */
export function statisticalTopK<T extends tf.Tensor>(x: T, { gamma }: StatisticalTopKOptions): T {
  checkBatch("statisticalTopK", x);
  if (x.size === 0) return tf.clone(x);
  const size = tf.util.sizeFromShape(x.shape.slice(1));
  winnerCount(size, gamma);
  const z = normalQuantile(1 - gamma);
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, size]);
    const centred = tf.sub(rows, tf.mean(rows, 1, true));
    // The root of 0 has no slope.
    const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), 1, true), TINY));
    const above = tf.sub(centred, tf.mul(deviation, z));
    // ReLU lets some backends make 0 of a NaN.
    const spoilt = tf.mul(0, deviation);
    return tf.reshape(tf.add(tf.relu(above), spoilt), x.shape) as T;
  });
}

const TINY = 1e-12;
