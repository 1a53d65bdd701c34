import * as tf from "@tensorflow/tfjs-core";
import { parseBackward } from "../shared/backward.ts";
import { checkBatch, compete, type Competition } from "../shared/competition.ts";
import { inputError } from "../shared/errors.ts";
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
  const { backward = "exact" } = options;
  return compete(x, wholeSample(x.shape, k), parseBackward(backward));
}

/** @throws Error unless k is a whole number from 1 to `size`, the number of values per sample */
export function checkK(k: number, size: number = Infinity): number {
  if (Number.isInteger(k) && k >= 1 && k <= size) return k;
  const range = size < Infinity ? `from 1 to ${size}, the number of values per sample` : "of at least 1";
  throw inputError(`k is ${k}; it must be a whole number ${range}.`);
}

function wholeSample(shape: number[], k: number): Competition {
  return {
    k,
    toRows: (x) => tf.reshape(x, [shape[0]!, -1]),
    fromRows: (rows) => tf.reshape(rows, shape),
    bySize: false,
  };
}
