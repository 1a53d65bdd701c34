import * as tf from "@tensorflow/tfjs-core";
import { parseBackward } from "../shared/backward.ts";
import { checkBatch, compete } from "../shared/competition.ts";
import { kthLargest } from "../shared/compose.ts";
import { runKernel } from "../shared/run-kernel.ts";
import { sampleNaN } from "../shared/sample-nan.ts";
import { wholeSample } from "../shared/whole-sample.ts";
import { winnerCount } from "../shared/winner-count.ts";

/** Options of {@link batchTopK}: `gamma` or `threshold`, one of the two. */
export type BatchTopKOptions = (
  | { /** The fraction of all values of the batch that win, in (0, 1). */ readonly gamma: number }
  | { /** What a value has to reach, one number. */ readonly threshold: tf.Tensor }
) & {
  /**
   * The gradient, see {@link parseBackward}. The threshold is held, so `"soft-top-k:T"` is the gate.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
};

/**
 * k-WTA over a whole batch: of all values of n samples the `n * floor(gamma * N)` largest stay, the others become 0, so that
 * a sample can have more winners than another. Where samples must not influence one another, the threshold is given instead.
 * A NaN makes its sample NaN; with `gamma` all of the batch.
 *
 * @param x [batch, ...] of float32
 * @throws Error when x has no batch axis or is not float32, or gamma or backward cannot be used
 * @see Bussmann, Leask, Nanda: "BatchTopK sparse autoencoders" (2024), arXiv 2412.06410
 *
 * @example
 * ```ts
 * const x = tf.tensor2d([[1, 2], [5, 6]]);
 * batchTopK(x, { gamma: 0.5 }).print(); // [[0, 0], [5, 6]]
 * ```
 */
export function batchTopK<T extends tf.Tensor>(x: T, options: BatchTopKOptions): T {
  checkBatch("batchTopK", x);
  const backward = parseBackward(options.backward ?? "exact");
  if (x.size === 0) return tf.clone(x);
  const given = "gamma" in options ? batchThreshold(x, options.gamma) : options.threshold;
  const threshold = (): tf.Tensor => tf.add(sampleNaN(x), tf.reshape(given, []));
  const y = compete(x, { ...wholeSample(x.shape, undefined), threshold }, backward);
  if ("gamma" in options) given.dispose();
  return y;
}

/** The least of the values of a batch that win: one number, NaN where there is a NaN. */
export function batchThreshold(x: tf.Tensor, gamma: number): tf.Tensor1D {
  const batch = x.shape[0]!;
  const k = batch * winnerCount(x.size / batch, gamma);
  return tf.tidy(() => {
    const row = tf.reshape<tf.Rank.R2>(x, [1, -1]);
    const [, threshold] = runKernel("Kwta", { x: row }, { k }) ?? [];
    return (threshold ?? kthLargest(row, k)) as tf.Tensor1D;
  });
}
