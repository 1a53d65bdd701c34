import * as tf from "@tensorflow/tfjs-core";
import { parseBackward } from "../shared/backward.ts";
import { checkBatch, compete } from "../shared/competition.ts";
import { inputError } from "../shared/errors.ts";
import { wholeSample } from "../shared/whole-sample.ts";
import { winnerCount } from "../shared/winner-count.ts";

/** Options of {@link kwta}: `gamma` or `k`, one of the two. */
export type KwtaOptions = (
  | { /** The fraction of values that win, in (0, 1); `k = floor(gamma * N)`. */ readonly gamma: number }
  | { /** How many values win, 1 to N. */ readonly k: number }
) & {
  /**
   * The gradient, see {@link parseBackward}.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
  /**
   * Positive factors, one for each channel (the last axis), by which values are multiplied to compete; those that win come
   * out as they were. The gate's t and s are then those of the multiplied values.
   *
   * @defaultValue none
   */
  readonly boost?: tf.Tensor;
};

/**
 * k-Winners-Take-All: in each sample the k largest values stay, the others become 0.
 *
 * `y = x where x >= t, else 0`, with t the k-th largest of the N values of a sample. Values count by sign, not by size,
 * so negative ones win when k asks for them. All values equal to the threshold stay, even if more than k do. A sample
 * that holds a NaN comes out all NaN, and so does its gradient: an error upstream does not vanish among the losers.
 *
 * @param x [batch, ...] of float32; the winners compete over all axes but the first
 * @returns a tensor of x's shape, with the winners' bits
 * @throws Error when x has no batch axis or is not float32, or gamma, k or backward cannot be used
 * @see Xiao, Zhong, Zheng: "Enhancing Adversarial Defense by k-Winners-Take-All" (ICLR 2020), section 2, and
 * `Sparsify2D_vol` of the authors' code
 *
 * @example
 * ```ts
 * const x = tf.tensor2d([[0.8, -0.2, -0.4, 1.7, 1.1, 0.9]]);
 * kwta(x, { k: 3 }).print(); // [[0, 0, 0, 1.7, 1.1, 0.9]]
 * ```
 */
export function kwta<T extends tf.Tensor>(x: T, options: KwtaOptions): T {
  checkBatch("kwta", x);
  const size = tf.util.sizeFromShape(x.shape.slice(1));
  const k = "gamma" in options ? winnerCount(size, options.gamma) : checkK(options.k, size);
  const { backward = "exact", boost } = options;
  const competition = wholeSample(x.shape, k);
  if (boost === undefined) return compete(x, competition, parseBackward(backward));
  checkBoost(boost, x.shape.at(-1)!);
  return tf.tidy(() => {
    // Spread by an addition, since `tile` is slow on wasm.
    const spread = tf.reshape(tf.add(tf.zeros([size / boost.size, boost.size]), boost), [1, size]);
    return compete(x, { ...competition, boost: spread }, parseBackward(backward));
  });
}

function checkBoost({ shape }: tf.Tensor, channels: number): void {
  if (shape.length === 1 && shape[0] === channels) return;
  throw inputError(`boost has the shape [${shape.join(", ")}]; give one factor for each of the ${channels} channels.`);
}

/** @throws Error unless k is a whole number from 1 to `size`, the number of values per sample */
export function checkK(k: number, size: number = Infinity): number {
  if (Number.isInteger(k) && k >= 1 && k <= size) return k;
  const range = size < Infinity ? `from 1 to ${size}, the number of values per sample` : "of at least 1";
  throw inputError(`k is ${k}; it must be a whole number ${range}.`);
}
