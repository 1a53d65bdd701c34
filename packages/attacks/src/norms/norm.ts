import type { KeyedRandom } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Bounds } from "./bounds.ts";

/** The size of the ball: one for all rows, or a tensor `[n, 1, ..., 1]` with one for each. */
export type Radius = number | tf.Tensor;

/**
 * What a norm means to an attack. One loop over these functions serves every norm.
 *
 * @see MadryLab/robustness, `attack_steps.py`, for the idea
 */
export interface Geometry {
  /** The size of each sample's perturbation: `[n, ...]` to `[n]`. */
  distance(perturbation: tf.Tensor): tf.Tensor1D;
  /** By how much a function with this gradient grows at most along a perturbation of size 1: the dual norm, `[n]`. */
  dual(gradient: tf.Tensor): tf.Tensor1D;
  /** Brings points back into the ball around `center` and into the box. Points already there stay, up to rounding. */
  project(x: tf.Tensor, center: tf.Tensor, eps: Radius, bounds: Bounds): tf.Tensor;
  /**
   * By how much each point lies outside of ball and box, `[n]`, as a share of the room that rounding takes: at most 1
   * where the point is allowed, since `(x + eps) - x` is not exactly eps. This one rule decides what counts.
   *
   * @param distance from `center` to `x`, where that is known
   */
  excess(x: tf.Tensor, center: tf.Tensor, eps: Radius, bounds: Bounds, distance?: tf.Tensor1D): tf.Tensor1D;
  /**
   * The step of size 1, in this norm, along which a function with this gradient grows most; zero where the gradient is. In
   * L0 the size of a step is not its norm, which only counts values: its largest value is 1.
   */
  steepest(gradient: tf.Tensor, options?: SteepestOptions): tf.Tensor;
  /** Fills `out` with one perturbation, drawn uniformly from the ball of radius `eps`. Returns `out`. */
  randomInBall(random: KeyedRandom, out: Float32Array, eps: number, bounds: Bounds): Float32Array;
}

/** What norms that move few values at a time need to know; the others ignore it. */
export interface SteepestOptions {
  /** Where the step starts: values at a wall of the box do not move into it. @defaultValue there are no walls */
  readonly at?: { readonly x: tf.Tensor; readonly bounds: Bounds } | undefined;
  /** The share of the values that a step moves, at least one, `[n]` for one share a row. @defaultValue one value */
  readonly share?: number | tf.Tensor1D | undefined;
}
