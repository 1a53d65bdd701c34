import type { Tensor } from "@tensorflow/tfjs-core";
import { parseBackward } from "../shared/backward.ts";
import { byChannel } from "../shared/by-channel.ts";
import { checkBatch, compete } from "../shared/competition.ts";
import { inputError } from "../shared/errors.ts";

/** Options of {@link kwtaAbs}. */
export interface KwtaAbsOptions {
  /** The fraction of values that win, in (0, 1); `k = floor(gamma * N)`, N the number of positions. */
  readonly gamma: number;
  /**
   * The gradient, see {@link parseBackward}; all but `"relu"`, which asks for the sign that does not count here.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
}

/**
 * {@link kwtaChannel} by size: of the positions of each channel the k with the largest |x| stay, with their sign. Large
 * negative values win, and no value near 0 does.
 *
 * `"gate:T"` is the derivative of `x * sigmoid((|x| - t) / (T s))`, t the k-th largest |x| of the channel and s the
 * standard deviation of its |x|.
 *
 * @param x [batch, ..., channels] of float32; [batch, units] is one channel
 * @throws Error when x has no batch axis or is not float32, or gamma or backward cannot be used
 * @see `Sparsify2D_abs` (key `abs`) of the authors' code
 *
 * @example
 * ```ts
 * kwtaAbs(tf.tensor2d([[1, -4, 2, -3]]), { gamma: 0.5 }).print(); // [[0, -4, 0, -3]]
 * ```
 */
export function kwtaAbs<T extends Tensor>(x: T, { gamma, backward = "exact" }: KwtaAbsOptions): T {
  checkBatch("kwtaAbs", x);
  const choice = parseBackward(backward);
  if (choice.kind === "relu") {
    throw inputError('kwtaAbs has no gradient "relu": values win by size there. Use "straight-through" or "gate:T".');
  }
  return compete(x, byChannel(x.shape, gamma, true), choice);
}
