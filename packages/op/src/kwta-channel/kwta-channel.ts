import type { Tensor } from "@tensorflow/tfjs-core";
import { parseBackward } from "../shared/backward.ts";
import { byChannel } from "../shared/by-channel.ts";
import { checkBatch, compete } from "../shared/competition.ts";

/** Options of {@link kwtaChannel}. */
export interface KwtaChannelOptions {
  /** The fraction of values that win, in (0, 1); `k = floor(gamma * N)`, N the number of positions. */
  readonly gamma: number;
  /**
   * The gradient, see {@link parseBackward}.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
}

/**
 * k-WTA in each channel by itself: of the positions of one channel of one sample the k largest stay, the others become 0.
 * Every channel keeps a share, where {@link kwta} lets strong channels silence weak ones.
 *
 * The channels are the last axis. x of shape [batch, units], as behind a dense layer, is one channel, so there it is
 * {@link kwta}. Ties, -0 and infinities are as in {@link kwta}, and a NaN anywhere makes its whole sample NaN.
 *
 * @param x [batch, ..., channels] of float32
 * @throws Error when x has no batch axis or is not float32, or gamma or backward cannot be used
 * @see `Sparsify2D` (key `reg`) of the authors' code; `Sparsify1D` behind dense layers
 *
 * @example
 * ```ts
 * const x = tf.tensor3d([[[1, 10], [2, 40], [4, 30], [3, 20]]]); // two channels, four positions
 * kwtaChannel(x, { gamma: 0.5 }).print(); // [[[0, 0], [0, 40], [4, 30], [3, 0]]]
 * ```
 */
export function kwtaChannel<T extends Tensor>(x: T, { gamma, backward = "exact" }: KwtaChannelOptions): T {
  checkBatch("kwtaChannel", x);
  return compete(x, byChannel(x.shape, gamma, false), parseBackward(backward));
}
