import * as tf from "@tensorflow/tfjs-core";
import { parseBackward, type Backward } from "./backward.ts";
import { composeGateGrad, composeKwta, selectWinners } from "./_compose.ts";
import { inputError } from "./_errors.ts";
import { runKernel } from "./_run-kernel.ts";
import { winnerCount } from "./winner-count.ts";

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
  if (x.rank < 2 || x.dtype !== "float32") {
    throw inputError(
      `kwta takes a float32 tensor of shape [batch, ...], this is ${x.dtype} of shape [${x.shape.join(", ")}]. ` +
        "Add a batch axis with expandDims or cast it.",
    );
  }
  const size = tf.util.sizeFromShape(x.shape.slice(1));
  const k = "gamma" in options ? winnerCount(size, options.gamma) : checkK(options.k, size);
  const { backward: spec = "exact" } = options;
  const backward = parseBackward(spec);
  if (x.size === 0) return tf.clone(x);
  const apply = tf.customGrad((input, save) => {
    const [y, threshold] = forward(input as T, size, k);
    // A threshold per sample and x, which the layer below holds anyway; no mask.
    (save as tf.GradSaveFunc)([input as T, threshold]);
    return { value: y, gradFunc: (dy, [saved, t]) => gradient(backward, dy, saved!, t!, size) };
  });
  return apply(x) as T;
}

function checkK(k: number, size: number): number {
  if (Number.isInteger(k) && k >= 1 && k <= size) return k;
  throw inputError(`k is ${k}; it must be a whole number from 1 to ${size}, the number of values per sample.`);
}

function forward<T extends tf.Tensor>(x: T, size: number, k: number): [y: T, threshold: tf.Tensor] {
  const [y, threshold] = runKernel("Kwta", { x }, { k }) ?? composeKwta(tf.reshape(x, [-1, size]), k);
  return [tf.reshape(y!, x.shape) as T, threshold!];
}

function gradient<T extends tf.Tensor>(backward: Backward, dy: T, x: T, threshold: tf.Tensor, size: number): T {
  const flat = (tensor: tf.Tensor): tf.Tensor2D => tf.reshape(tensor, [-1, size]);
  let dx: tf.Tensor;
  if (backward.kind === "gate") {
    const { temperature } = backward;
    const [result] = runKernel("KwtaGateGrad", { dy, x, threshold }, { temperature }) ?? [];
    dx = result ?? composeGateGrad(flat(dy), flat(x), threshold, temperature);
  } else {
    const limit = gradientThreshold(backward.kind, threshold);
    const [result] = runKernel("KwtaGrad", { dy, x, threshold: limit }) ?? [];
    dx = result ?? selectWinners(flat(dy), flat(x), limit);
  }
  return tf.reshape(dx, x.shape) as T;
}

/** Each gradient but the gate's is "dy where x reaches a threshold"; that of a sample with a NaN stays NaN. */
function gradientThreshold(kind: "exact" | "straight-through" | "relu", threshold: tf.Tensor): tf.Tensor {
  if (kind === "exact") return threshold;
  // The smallest normal number stands for "above 0": engines may take what lies below it for 0.
  const limit = kind === "relu" ? 2 ** -126 : -Infinity;
  return tf.where(tf.isNaN(threshold), threshold, tf.fill(threshold.shape, limit));
}
