import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { perSampleLoss } from "../losses/index.ts";
import { NORMS } from "../norms/index.ts";
import { perSample, spread } from "../norms/rows.ts";
import { adam, noMoments } from "./adam.ts";
import { annealed, intoBox, rangeOf } from "./whole-box.ts";

const PARAMS = {
  steps: { type: "integer", default: 1000, min: 1, description: "Gradient steps." },
  stepSize: {
    type: "number",
    default: 1,
    min: 0,
    description: "Adam's first step, as a share of the data range; the last one has 10 % of it.",
  },
  sigma: {
    type: "number",
    default: 0.001,
    min: 1e-12,
    description: "How sharply d^2 / (d^2 + sigma) counts a value that moves by d, as a share of the data range.",
  },
  threshold: {
    type: "number",
    default: 0.3,
    min: 0,
    max: 1,
    description: "Values that move by less than this share of the data range are set back, at first.",
  },
  thresholdStep: {
    type: "number",
    default: 0.01,
    min: 0,
    description: "By which share of a step the threshold rises after an adversarial point, and falls after another.",
  },
} as const;

/**
 * Sigma-zero: Adam on the margin, while it is on the wrong side, plus a smooth count of the values that move; what moves by
 * less than a threshold of the sample is set back after each step.
 *
 * Costs a forward and a backward pass a step, and one forward pass.
 *
 * @see Cina, Villani, Pintor, Schoenherr, Biggio, Pelillo: "Sigma-zero: gradient-based optimization of l0-norm adversarial
 * examples", ICLR 2025, arXiv 2402.01879, algorithm 1. Published for untargeted attacks; for a target the margin is that of
 * the target
 */
export const sigmaZero: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/sigma-zero",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["l0"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PARAMS,
  cite: {
    title: "Sigma-zero: gradient-based optimization of l0-norm adversarial examples",
    url: "https://arxiv.org/abs/2402.01879",
  },
  steps: ({ steps }) => steps,
  init: (ctx) => ({
    x: ctx.start ?? ctx.x,
    threshold: perSample(ctx.ids.length, ctx.params.threshold),
    ...noMoments(ctx.x),
  }),
  step(ctx, { x, threshold, ...moments }, t) {
    const { x: clean, ids, oracle, params, goal, threat } = ctx;
    const range = rangeOf(ctx);
    // No longer than the sample is on the wrong side.
    const missing = (logits: tf.Tensor2D): tf.Tensor1D => tf.minimum(perSampleLoss("margin", goal)(logits), 0);
    const { logits, gradient } = oracle.lossAndGradient(x, ids, missing);
    const delta = tf.div(tf.sub(x, clean), range);
    const slope = tf.sub(countSlope(delta, params.sigma), tf.mul(gradient, range));
    const largest = tf.maximum(NORMS.linf.distance(slope), 1e-12);
    const { step, first, second } = adam(moments, tf.div(slope, spread(largest, x)), t + 1);
    const stepSize = params.stepSize * (0.1 + 0.9 * annealed(Math.max(t - 1, 0), params.steps));
    const wanted = tf.add(clean, tf.mul(tf.sub(delta, tf.mul(step, stepSize)), range));
    const moved = tf.clipByValue(wanted, threat.bounds.min, threat.bounds.max);
    const turn = params.thresholdStep * params.stepSize * (0.1 + 0.9 * annealed(t, params.steps));
    const change = tf.mul(tf.sub(tf.mul(isAdversarial(ctx, logits), 2), 1), turn);
    const next = tf.clipByValue(tf.add(threshold, change), 0, 1);
    const isSmall = tf.less(tf.abs(tf.sub(moved, clean)), spread(tf.mul(next, range), x));
    return { x: intoBox(ctx, tf.where(isSmall, clean, moved)), threshold: next, first, second };
  },
});

/** The gradient of the mean of `d^2 / (d^2 + sigma)`. */
function countSlope(delta: tf.Tensor, sigma: number): tf.Tensor {
  const size = delta.size / delta.shape[0]!;
  return tf.div(tf.mul(delta, (2 * sigma) / size), tf.square(tf.add(tf.square(delta), sigma)));
}
