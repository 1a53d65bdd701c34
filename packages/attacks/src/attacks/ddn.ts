import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { randomLike } from "../contract/random-like.ts";
import { perSample, pickRows, spread } from "../norms/rows.ts";
import { annealed, farthest, intoBox, rangeOf } from "./whole-box.ts";

const PARAMS = {
  steps: { type: "integer", default: 100, min: 1, description: "Gradient steps." },
  gamma: {
    type: "number",
    default: 0.05,
    min: 0,
    max: 1,
    description: "By which share the sphere shrinks after an adversarial point, and grows after another.",
  },
  firstSize: {
    type: "number",
    default: 1,
    min: 0,
    description: "Radius of the first sphere, as a share of the data range.",
  },
  levels: {
    type: "integer",
    default: 0,
    min: 0,
    description: "Values are rounded to so many levels, 256 for 8-bit images; 0 for none.",
  },
} as const;

/**
 * DDN, decoupled direction and norm: a step along the gradient of the cross-entropy, then back to a sphere around the input
 * that shrinks by `gamma` where the point was adversarial and grows where it was not. Steps go from the whole data range
 * down to 0.01 of it along half a wave. Where the gradient vanishes, a random direction of the sample stands in for it.
 *
 * Costs a forward and a backward pass a step, and one forward pass.
 *
 * @see Rony, Hafemann, Oliveira, Ben Ayed, Sabourin, Granger, CVPR 2019, arXiv 1811.09600, algorithm 1
 */
export const ddn: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/ddn",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["l2"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Decoupling direction and norm for efficient gradient-based L2 adversarial attacks and defenses",
    url: "https://arxiv.org/abs/1811.09600",
  },
  steps: ({ steps }) => steps,
  init: (ctx) => ({
    x: ctx.start ?? ctx.x,
    size: perSample(ctx.ids.length, ctx.params.firstSize * rangeOf(ctx)),
    fallback: ctx.geometry.steepest(randomLike(ctx, "direction", (random, out) => random.normal(out))),
  }),
  step(ctx, { x, size, fallback }, t) {
    const { x: clean, ids, oracle, geometry, params } = ctx;
    const { logits, gradient } = oracle.lossAndGradient(x, ids, "cross-entropy");
    const direction = pickRows(tf.greater(geometry.dual(gradient), 0), geometry.steepest(gradient), fallback);
    const stepSize = (0.01 + 0.99 * annealed(t, params.steps)) * rangeOf(ctx);
    const moved = tf.add(tf.sub(x, clean), tf.mul(direction, stepSize));
    const factor = tf.sub(1 + params.gamma, tf.mul(isAdversarial(ctx, logits), 2 * params.gamma));
    const next = tf.minimum(tf.mul(size, factor), farthest(ctx));
    const scale = tf.div(next, tf.maximum(geometry.distance(moved), TINY));
    const point = tf.add(clean, tf.mul(moved, spread(scale, x)));
    return { x: intoBox(ctx, rounded(point, params.levels, ctx.threat.bounds)), size: next, fallback };
  },
});

function rounded(
  x: tf.Tensor,
  levels: number,
  { min, max }: { readonly min: number; readonly max: number },
): tf.Tensor {
  if (levels < 2) return x;
  const step = (max - min) / (levels - 1);
  return tf.add(tf.mul(tf.round(tf.div(tf.sub(x, min), step)), step), min);
}

const TINY = 1e-30;
