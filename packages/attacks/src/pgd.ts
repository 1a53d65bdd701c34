import * as tf from "@tensorflow/tfjs-core";
import type { AttackPlugin, RunContext } from "./attack.ts";
import { defineIterative } from "./iterative.ts";
import type { LossName } from "./losses.ts";
import type { SpecOf } from "./params.ts";
import { randomStart } from "./random-start.ts";

/** Parameters of {@link pgd}. */
export type PgdParams = PgdLoopParams & {
  /** What stands for the derivative of k-WTA layers. */
  readonly backward: string;
};

/** Parameters that {@link pgd} and {@link gateSurrogate} share. */
export type PgdLoopParams = {
  readonly steps: number;
  readonly stepSize: number;
  readonly loss: LossName;
  readonly randomStart: boolean;
  readonly restarts: number;
};

/** The schema of {@link PgdLoopParams}. */
export const PGD_LOOP_PARAMS: {
  readonly steps: SpecOf<"integer">;
  readonly stepSize: SpecOf<"number">;
  readonly loss: SpecOf<"choice"> & { readonly choices: readonly LossName[] };
  readonly randomStart: SpecOf<"boolean">;
  readonly restarts: SpecOf<"integer">;
} = {
  steps: { type: "integer", default: 40, min: 1, description: "Gradient steps per start." },
  stepSize: { type: "number", default: 0.1, min: 0, unit: "eps", description: "Length of a step, as a share of eps." },
  loss: {
    type: "choice",
    choices: ["margin", "cross-entropy"],
    default: "margin",
    description: "What is maximised.",
  },
  randomStart: {
    type: "boolean",
    default: true,
    description: "Start at a random point of the ball, not at the input.",
  },
  restarts: { type: "integer", default: 1, min: 1, description: "Starts, each on the samples that still stand." },
};

/** One step of projected gradient ascent: along the steepest direction of the norm, then back into ball and box. */
export function pgdStep(ctx: RunContext<"gradient", PgdLoopParams>, x: tf.Tensor, backward: string): tf.Tensor {
  const { ids, oracle, geometry, params, threat } = ctx;
  const { gradient } = oracle.lossAndGradient(x, ids, params.loss, { backward });
  const step = tf.mul(geometry.steepest(gradient), params.stepSize * threat.eps);
  return geometry.project(tf.add(x, step), ctx.x, threat);
}

/**
 * Projected gradient descent: `x <- P(x + stepSize * eps * sign(gradient))`, by default from a random start and on the
 * logit margin. A sample leaves as soon as one of its points is adversarial, so the best point counts, not the last.
 *
 * @see Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018, arXiv 1706.06083
 */
export const pgd: AttackPlugin<PgdParams> = defineIterative({
  id: "kwta/pgd",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: {
    ...PGD_LOOP_PARAMS,
    backward: { type: "string", default: "exact", description: "Backward pass of k-WTA layers: exact, gate:0.2, ...." },
  },
  cite: {
    title: "Towards Deep Learning Models Resistant to Adversarial Attacks",
    url: "https://arxiv.org/abs/1706.06083",
  },
  steps: ({ steps }) => steps,
  restarts: ({ restarts }) => restarts,
  init: (ctx) => ({ x: ctx.params.randomStart ? randomStart(ctx) : ctx.x }),
  step: (ctx, { x }) => ({ x: pgdStep(ctx, x, ctx.params.backward) }),
});
