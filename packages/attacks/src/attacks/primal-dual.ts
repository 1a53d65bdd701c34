import * as tf from "@tensorflow/tfjs-core";
import { perSample } from "../norms/rows.ts";
import { perSampleLoss } from "../losses/index.ts";
import type { Goal } from "../losses/goal.ts";
import type { PerSampleLoss } from "../losses/loss.ts";

/** Of attacks that weigh distance against margin by a variable of each sample, which follows the sign of the margin. */
export const PRIMAL_DUAL = {
  steps: { type: "integer", default: 500, min: 2, description: "Gradient steps." },
  stepSize: {
    type: "number",
    default: 0.1,
    min: 0,
    description: "Adam's first step, as a share of the data range; the last one has 1 % of it.",
  },
  ratio: {
    type: "number",
    default: 0.01,
    min: 1e-6,
    max: 1e6,
    description: "Weight of the distance over weight of the margin, at first.",
  },
  ratioStep: {
    type: "number",
    default: 0.1,
    min: 0,
    description: "By how much the logarithm of this ratio moves after the first step; 10 % of it after the last.",
  },
} as const;

/** Its values, by name. */
export interface PrimalDualParams {
  readonly steps: number;
  readonly stepSize: number;
  readonly ratio: number;
  readonly ratioStep: number;
}

/** The two weights, which sum to 1: of the distance, `[n]`, and the logarithm that they come from. */
export interface Weights {
  readonly weight: tf.Tensor;
  readonly dual: tf.Tensor;
}

/** The weights before the first step. */
export function firstWeights(n: number, { ratio }: PrimalDualParams): Weights {
  const dual = perSample(n, -Math.log(ratio));
  return { weight: distanceWeight(dual), dual };
}

/**
 * The weights after step `t`: up with the margin's where the point is not adversarial, up with the distance's where it is.
 *
 * @param margin positive where the point is adversarial
 */
export function nextWeights(
  { weight, dual }: Weights,
  margin: tf.Tensor,
  t: number,
  { steps, ratioStep }: PrimalDualParams,
): Weights {
  const length = ratioStep * (((steps - 1 - t) / (steps - 1)) * 0.9 + 0.1);
  const next = tf.clipByValue(tf.sub(dual, tf.mul(tf.sign(margin), length)), -LIMIT, LIMIT);
  return { weight: tf.add(tf.mul(weight, MEMORY), tf.mul(distanceWeight(next), 1 - MEMORY)), dual: next };
}

/** The length of a step: falls to 1 % by the same factor each step. */
export function stepAt(t: number, { steps, stepSize }: PrimalDualParams): number {
  return stepSize * 0.01 ** (t / steps);
}

/** `-log(1 + exp(-margin))`: what is maximised of the margin. Its gradient fades where the point is adversarial. */
export function softMargin(goal: Goal): PerSampleLoss {
  const margin = perSampleLoss("margin", goal);
  return (logits) => tf.neg(tf.softplus(tf.neg(margin(logits)))) as tf.Tensor1D;
}

function distanceWeight(dual: tf.Tensor): tf.Tensor {
  return tf.sigmoid(tf.neg(dual));
}

/** No weight is more than a million times the other. */
const LIMIT = -Math.log(1e-6);
/** Of the running mean of the weights. */
const MEMORY = 0.9;
