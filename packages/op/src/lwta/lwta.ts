import * as tf from "@tensorflow/tfjs-core";
import { parseBackward, type Backward } from "../shared/backward.ts";
import { checkBatch, gradientThreshold, passWinners, spreadNaN } from "../shared/competition.ts";
import { composeGateGrad, deviation, kthLargest } from "../shared/compose.ts";
import { checkGroupSize } from "../shared/group-size.ts";
import { runKernel } from "../shared/run-kernel.ts";
import { sampleNaN } from "../shared/sample-nan.ts";
import { softTopKGrad } from "../shared/soft-top-k.ts";

/** Options of {@link lwta}. */
export interface LwtaOptions {
  /** Channels per group, at least 2; they must split evenly. */
  readonly size: number;
  /**
   * The gradient, see {@link parseBackward}. For the gate, a value's t is the best of the others of its group and s the
   * standard deviation of the sample; `"soft-top-k:T"` has one soft winner in each group.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
}

/**
 * Local winner-take-all: in each group of `size` neighbouring channels, at each position, the largest value stays and the
 * others become 0. Values equal to the largest all stay; a NaN anywhere makes its whole sample NaN.
 *
 * @param x [batch, ..., channels] of float32
 * @throws Error when x has no batch axis or is not float32, the channels do not split, or backward cannot be used
 * @see Srivastava, Masci, Kazerounian, Gomez, Schmidhuber: "Compete to compute" (NIPS 2013); figure 2 of the k-WTA paper
 *
 * @example
 * ```ts
 * const x = tf.tensor2d([[0.8, -0.2, -0.4, 1.7, 1.1, 0.9]]);
 * lwta(x, { size: 2 }).print(); // [[0.8, 0, 0, 1.7, 1.1, 0]]
 * ```
 */
export function lwta<T extends tf.Tensor>(x: T, { size, backward = "exact" }: LwtaOptions): T {
  checkBatch("lwta", x);
  checkGroupSize(size, x.shape.at(-1)!);
  const choice = parseBackward(backward);
  if (x.size === 0) return tf.clone(x);
  const apply = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as T]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => gradient(choice, dy, saved[0]!, size);
    return { value: passGroupWinners(input as T, input as T, size), gradFunc };
  });
  return apply(x) as T;
}

/** Dy where x wins in its group, else 0; NaN throughout a sample of x that holds a NaN. */
export function passGroupWinners<T extends tf.Tensor>(dy: T, x: T, size: number): T {
  const [result] = runKernel("LwtaPass", { dy, x }, { size }) ?? [];
  if (result) return result as T;
  const rows = tf.reshape<tf.Rank.R2>(x, [-1, size]);
  const [, best] = runKernel("Kwta", { x: rows }, { k: 1 }) ?? [];
  const threshold = spreadNaN(best ?? kthLargest(rows, 1), x.shape[0]!);
  return tf.reshape(passWinners(tf.reshape<tf.Rank.R2>(dy, [-1, size]), rows, threshold), x.shape) as T;
}

function gradient<T extends tf.Tensor>(backward: Backward, dy: T, x: T, size: number): T {
  if (backward.kind === "exact") return passGroupWinners(dy, x, size);
  const flat = (tensor: tf.Tensor): tf.Tensor2D => tf.reshape(tensor, [x.shape[0]!, -1]);
  if (backward.kind === "soft-top-k") return softGradient(backward.temperature, dy, x, size);
  if (backward.kind !== "gate") {
    const threshold = gradientThreshold(backward.kind, sampleNaN(x));
    return tf.reshape(passWinners(flat(dy), flat(x), threshold), x.shape) as T;
  }
  const { temperature } = backward;
  const [result] = runKernel("LwtaGateGrad", { dy, x }, { size, temperature }) ?? [];
  if (result) return result as T;
  const values = flat(x);
  const distance = tf.sub<tf.Tensor2D>(values, flat(rivals(tf.reshape(x, [-1, size]))));
  const exact = (): tf.Tensor => flat(passGroupWinners(dy, x, size));
  return tf.reshape(
    composeGateGrad(flat(dy), { x: values, distance, height: values, temperature, exact }),
    x.shape,
  ) as T;
}

function softGradient<T extends tf.Tensor>(temperature: number, dy: T, x: T, size: number): T {
  const groups = (tensor: tf.Tensor): tf.Tensor2D => tf.reshape(tensor, [-1, size]);
  const rows = groups(x);
  const ofSample = tf.mul(deviation(tf.reshape(x, [x.shape[0]!, -1])), temperature);
  const scale = tf.reshape(tf.add(tf.zeros([x.shape[0]!, rows.shape[0] / x.shape[0]!]), ofSample), [-1, 1]);
  const exact = (): tf.Tensor => groups(passGroupWinners(dy, x, size));
  return tf.reshape(
    softTopKGrad(groups(dy), { x: rows, k: 1, scale, threshold: tf.max(rows, 1, true), exact }),
    x.shape,
  ) as T;
}

/** The best of the others, for each value of each row. */
export function rivals(rows: tf.Tensor2D): tf.Tensor2D {
  const zeros = tf.zerosLike(rows);
  const best = tf.max(rows, 1, true);
  const wins = tf.greaterEqual(rows, tf.add(zeros, best));
  const second = tf.max(tf.where(wins, tf.fill(rows.shape, -Infinity), rows), 1, true);
  const tie = tf.greater(tf.sum(tf.cast(wins, "float32"), 1, true), 1);
  return tf.where(wins, tf.add(zeros, tf.where(tie, best, second)), tf.add(zeros, best)) as tf.Tensor2D;
}
