import * as tf from "@tensorflow/tfjs-core";
import { checkBatch } from "../shared/competition.ts";
import { selectWinners } from "../shared/compose.ts";
import { checkGroupSize } from "../shared/group-size.ts";
import { runKernel } from "../shared/run-kernel.ts";
import { sampleNaN } from "../shared/sample-nan.ts";

/** Options of {@link maxPoolGroups}. */
export interface MaxPoolGroupsOptions {
  /** Channels per group, at least 2; they must split evenly. */
  readonly size: number;
}

/**
 * Max-pooling over groups of `size` neighbouring channels, at each position: [batch, ..., channels] becomes [batch, ...,
 * channels / size]. Also known as maxout.
 *
 * It is continuous, so its gradient hides nothing and there is no choice of it: `dy` goes to the largest value, in equal
 * parts where several are largest, as in PyTorch's `amax`. A NaN anywhere makes its whole sample NaN.
 *
 * @param x [batch, ..., channels] of float32
 * @throws Error when x has no batch axis or is not float32, or the channels do not split
 * @see Goodfellow et al.: "Maxout networks" (ICML 2013); figure 2 of the k-WTA paper
 *
 * @example
 * ```ts
 * const x = tf.tensor2d([[0.8, -0.2, -0.4, 1.7, 1.1, 0.9]]);
 * maxPoolGroups(x, { size: 2 }).print(); // [[0.8, 1.7, 1.1]]
 * ```
 */
export function maxPoolGroups<T extends tf.Tensor>(x: T, { size }: MaxPoolGroupsOptions): T {
  checkBatch("maxPoolGroups", x);
  checkGroupSize(size, x.shape.at(-1)!);
  const pooled = [...x.shape.slice(0, -1), x.shape.at(-1)! / size];
  if (x.size === 0) return tf.zeros(pooled) as tf.Tensor as T;
  const apply = tf.customGrad((input, save) => {
    const y = forward(input as T, size, pooled);
    (save as tf.GradSaveFunc)([input as T, y]);
    return { value: y, gradFunc: (dy, [saved, best]) => gradient(dy as T, saved!, best!, size) };
  });
  return apply(x) as T;
}

function forward(x: tf.Tensor, size: number, pooled: number[]): tf.Tensor {
  const best = tf.reshape(tf.max(tf.reshape(x, [-1, size]), 1), [x.shape[0]!, -1]);
  return tf.reshape(tf.add(best, tf.expandDims(sampleNaN(x), 1)), pooled);
}

function gradient(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, size: number): tf.Tensor {
  const [result] = runKernel("MaxPoolGroupsGrad", { dy, x, y }) ?? [];
  if (result) return result;
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, size]);
  const best = tf.reshape(y, [-1]);
  const zeros = tf.zerosLike(rows);
  const largest = tf.sum(selectWinners(tf.onesLike(rows), rows, best), 1);
  const share = tf.add<tf.Tensor2D>(zeros, tf.expandDims(tf.div(tf.reshape(dy, [-1]), largest), 1));
  return tf.reshape(selectWinners(share, rows, best), x.shape);
}
