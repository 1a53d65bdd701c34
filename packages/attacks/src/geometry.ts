import { InputError, type KeyedRandom } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import { linf } from "./linf.ts";
import type { Norm, ThreatModel } from "./threat-model.ts";

/**
 * What a norm means to an attack. One loop over these functions serves every norm.
 *
 * @see MadryLab/robustness, `attack_steps.py`, for the idea
 */
export interface Geometry {
  readonly norm: Norm;
  /** The size of each sample's perturbation: `[n, ...]` to `[n]`. */
  distance(perturbation: tf.Tensor): tf.Tensor1D;
  /** Brings points back into the ball around `center` and into the box. Points already there stay, up to rounding. */
  project(x: tf.Tensor, center: tf.Tensor, threat: ThreatModel): tf.Tensor;
  /** The step of size 1, in this norm, along which a function with this gradient grows most; zero where the gradient is. */
  steepest(gradient: tf.Tensor): tf.Tensor;
  /** Fills `out` with one perturbation, drawn uniformly from the ball of radius `eps`. Returns `out`. */
  randomInBall(random: KeyedRandom, out: Float32Array, eps: number): Float32Array;
}

/**
 * The geometry of a norm.
 *
 * @throws InputError for a norm that is not there yet
 */
export function geometryOf(norm: Norm): Geometry {
  if (norm === "linf") return linf;
  throw new InputError(`The norm ${norm} is not available yet. Use linf.`);
}
