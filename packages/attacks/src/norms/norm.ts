import type { KeyedRandom } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Bounds } from "./bounds.ts";

/**
 * What a norm means to an attack. One loop over these functions serves every norm.
 *
 * @see MadryLab/robustness, `attack_steps.py`, for the idea
 */
export interface Geometry {
  /** The size of each sample's perturbation: `[n, ...]` to `[n]`. */
  distance(perturbation: tf.Tensor): tf.Tensor1D;
  /** Brings points back into the ball around `center` and into the box. Points already there stay, up to rounding. */
  project(x: tf.Tensor, center: tf.Tensor, eps: number, bounds: Bounds): tf.Tensor;
  /**
   * By how much each point lies outside of ball and box, `[n]`, as a share of the room that rounding takes: at most 1
   * where the point is allowed, since `(x + eps) - x` is not exactly eps. This one rule decides what counts.
   */
  excess(x: tf.Tensor, center: tf.Tensor, eps: number, bounds: Bounds): tf.Tensor1D;
  /** The step of size 1, in this norm, along which a function with this gradient grows most; zero where the gradient is. */
  steepest(gradient: tf.Tensor): tf.Tensor;
  /** Fills `out` with one perturbation, drawn uniformly from the ball of radius `eps`. Returns `out`. */
  randomInBall(random: KeyedRandom, out: Float32Array, eps: number): Float32Array;
}
