import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "../contract/context.ts";
import { lengthOf } from "../contract/length.ts";
import { LOSS_NAMES, type LossName } from "../losses/index.ts";
import { flatten, spread } from "../norms/rows.ts";

/** Of attacks that step along a running sum of gradients. */
export const MOMENTUM = {
  steps: { type: "integer", default: 10, min: 1, description: "Gradient steps." },
  stepSize: { type: "length", default: "0.1 eps", description: "Length of a step." },
  decay: {
    type: "number",
    default: 1,
    min: 0,
    description: "How much of the sum of earlier gradients stays at each step.",
  },
  loss: {
    type: "choice",
    choices: LOSS_NAMES as readonly LossName[],
    default: "cross-entropy",
    description: "What is maximised.",
  },
} as const;

/** What such an attack works with. */
export type MomentumContext = RunContext<"gradient", ParamsOf<typeof MOMENTUM>>;

/** Points, and the sum of the gradients that led to them, the earlier ones decayed. */
export interface MomentumState {
  readonly x: tf.Tensor;
  readonly momentum: tf.Tensor;
}

/** At the input, or where the run says. */
export function atRest({ x, start = x }: MomentumContext): MomentumState {
  return { x: start, momentum: tf.zerosLike(x) };
}

/**
 * `m <- decay m + g / |g|`, `x <- P(x + stepSize * steepest(m))`. In the maximum norm |g| is the mean size of the gradient's
 * values, as in the authors' codes, elsewhere its size in the norm of the attack. Gradients that are zero or not finite
 * add nothing.
 */
export function accumulate(ctx: MomentumContext, { x, momentum }: MomentumState, gradient: tf.Tensor): MomentumState {
  const { x: clean, geometry, params, threat } = ctx;
  const next = tf.add(tf.mul(momentum, params.decay), normalized(ctx, gradient));
  const direction = geometry.steepest(next, { at: { x, bounds: threat.bounds } });
  const moved = tf.add(x, tf.mul(direction, stepOf(ctx)));
  return { x: geometry.project(moved, clean, threat.eps, threat.bounds), momentum: next };
}

/** The length of a step, one for all rows or one for each. */
export function stepOf({ params, threat }: MomentumContext): number | tf.Tensor {
  return lengthOf(params.stepSize, threat.eps);
}

function normalized({ geometry, threat }: MomentumContext, gradient: tf.Tensor): tf.Tensor {
  const size = threat.norm === "linf" ? tf.mean(tf.abs(flatten(gradient)), 1) : geometry.distance(gradient);
  const counts = tf.logicalAnd(tf.greater(size, 0), tf.isFinite(size));
  return tf.where(
    spread(counts, gradient),
    tf.div(gradient, spread(tf.where(counts, size, tf.onesLike(size)), gradient)),
    tf.zerosLike(gradient),
  );
}
