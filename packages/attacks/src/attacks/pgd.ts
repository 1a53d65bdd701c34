import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { lengthOf } from "../contract/length.ts";
import { randomStart } from "../contract/random-start.ts";
import { LOSS_NAMES, type LossName } from "../losses/index.ts";

const PARAMS = {
  steps: { type: "integer", default: 40, min: 1, description: "Gradient steps per start." },
  stepSize: { type: "length", default: "0.1 eps", description: "Length of a step." },
  loss: {
    type: "choice",
    choices: LOSS_NAMES as readonly LossName[],
    default: "margin",
    description: "What is maximised.",
  },
  randomStart: {
    type: "boolean",
    default: true,
    description: "Start at a random point of the ball, not at the input.",
  },
  restarts: { type: "integer", default: 1, min: 1, description: "Starts, each on the samples that still stand." },
} as const;

/**
 * Projected gradient descent: `x <- P(x + stepSize * steepest(gradient))`, by default from a random start and on the logit
 * margin. A sample leaves as soon as one of its points is adversarial, so the best point counts, not the last.
 *
 * @see Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018, arXiv 1706.06083
 */
export const pgd: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/pgd",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Towards Deep Learning Models Resistant to Adversarial Attacks",
    url: "https://arxiv.org/abs/1706.06083",
  },
  steps: ({ steps }) => steps,
  restarts: (params) => params.restarts,
  init: (ctx) => ({ x: ctx.start ?? (ctx.params.randomStart ? randomStart(ctx) : ctx.x) }),
  step({ x: clean, ids, oracle, geometry, params, threat }, { x }) {
    const { gradient } = oracle.lossAndGradient(x, ids, params.loss);
    const at = { x, bounds: threat.bounds };
    const move = tf.mul(geometry.steepest(gradient, { at }), lengthOf(params.stepSize, threat.eps));
    return { x: geometry.project(tf.add(x, move), clean, threat.eps, threat.bounds) };
  },
});
