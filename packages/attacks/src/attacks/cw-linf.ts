import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { flatten, pickRows, spread } from "../norms/rows.ts";
import { adam, noMoments } from "./adam.ts";
import { fromBox, slopeAt, toBox } from "./tanh-space.ts";
import { rangeOf } from "./whole-box.ts";

const PARAMS = {
  iterations: { type: "integer", default: 1000, min: 1, description: "Steps with each constant and limit, at most." },
  stepSize: { type: "number", default: 0.01, min: 0, description: "Length of a step." },
  constant: { type: "number", default: 1e-5, min: 1e-12, description: "The first constant." },
  largestConstant: {
    type: "number",
    default: 20,
    min: 1e-12,
    description: "A sample whose constant reaches it leaves.",
  },
  constantFactor: {
    type: "number",
    default: 2,
    min: 1.001,
    description: "How many times as large the constant is after a round that found nothing.",
  },
  limitFactor: {
    type: "number",
    default: 0.9,
    min: 0,
    max: 0.999,
    description: "The limit after a round that found something, as a share of the largest move.",
  },
  leastLimit: {
    type: "number",
    // 1/255.
    default: 0.003_921_568_627_450_98,
    min: 1e-6,
    max: 1,
    description: "A sample whose limit falls to this share of the data range leaves.",
  },
} as const;

/**
 * Carlini and Wagner's attack in the maximum norm: Adam on `sum(max(0, |d| - limit)) + c max(0, -margin)`, in a space whose
 * every point leads into the box. The limit of a sample falls after each round that found a nearer point, and its constant c
 * is doubled after one that did not; a round begins where the one before ended. A round ends early once its loss is next to
 * nothing.
 *
 * Costs a forward and a backward pass an iteration: with the defaults up to 74 rounds of 1,000, most of them short.
 *
 * @see Carlini, Wagner: "Towards evaluating the robustness of neural networks", S&P 2017, arXiv 1608.04644, section VI.C;
 * constants as in adv_lib 0.2.8
 */
export const cwLinf: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/cw-linf",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["linf"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PARAMS,
  cite: {
    title: "Towards evaluating the robustness of neural networks",
    url: "https://arxiv.org/abs/1608.04644",
  },
  steps: (params) => mostRounds(params) * params.iterations,
  init(ctx) {
    const { x, ids, threat, params, start = x } = ctx;
    const base = fromBox(start, threat.bounds);
    const one = tf.ones([ids.length]);
    const zero = tf.zerosLike(one);
    const search = { constant: tf.mul(one, params.constant), limit: one, nearest: one, iteration: zero, found: zero };
    return { x: toBox(base, threat.bounds), w: base, ...noMoments(x), ...search };
  },
  step(ctx, { x, w, first, second, ...before }) {
    const { x: clean, ids, oracle, params, threat } = ctx;
    const range = rangeOf(ctx);
    const { loss: margin, logits, gradient } = oracle.lossAndGradient(x, ids, "margin");
    const delta = tf.div(tf.sub(x, clean), range);
    const over = tf.relu(tf.sub(tf.abs(delta), spread(before.limit, x)));
    const missing = tf.relu(tf.neg(margin));
    const loss = tf.add(tf.sum(flatten(over), 1), tf.mul(before.constant, missing));
    const size = tf.max(tf.abs(flatten(delta)), 1);
    const { search, isOver, isStill } = iterate(before, { loss, size, isThere: isAdversarial(ctx, logits) }, params);
    const pull = tf.mul(tf.mul(before.constant, tf.cast(tf.greater(missing, 0), "float32")), range);
    const slope = tf.sub(tf.mul(tf.sign(delta), tf.step(over)), tf.mul(gradient, spread(pull, x)));
    const count = spread(tf.add(before.iteration, 1), x);
    const next = adam({ first, second }, tf.mul(slope, slopeAt(x, threat.bounds)), count);
    const moved = pickRows(isStill, w, tf.sub(w, tf.mul(next.step, params.stepSize)));
    const zero = tf.zerosLike(x);
    return {
      x: toBox(moved, threat.bounds),
      w: moved,
      first: pickRows(isOver, zero, next.first),
      second: pickRows(isOver, zero, next.second),
      ...search,
    };
  },
  done({ params }, { limit, constant }, t) {
    if (t % 10 !== 9) return undefined;
    const isSmall = tf.lessEqual(limit, params.leastLimit);
    return tf.cast(tf.logicalOr(isSmall, tf.greaterEqual(constant, params.largestConstant)), "float32");
  },
});

/** Where each sample is, all `[n]`; `nearest` is the smallest distance found, as a share of the data range. */
type Search = Readonly<Record<"constant" | "limit" | "nearest" | "iteration" | "found", tf.Tensor>>;

/** One point of each sample, `[n]`. */
interface Look {
  readonly loss: tf.Tensor;
  readonly size: tf.Tensor;
  readonly isThere: tf.Tensor;
}

function iterate(
  { constant, limit, iteration, ...before }: Search,
  { loss, size, isThere }: Look,
  { iterations, constantFactor, limitFactor }: ParamsOf<typeof PARAMS>,
): { readonly search: Search; readonly isOver: tf.Tensor; readonly isStill: tf.Tensor } {
  const isNearer = tf.logicalAnd(tf.cast(isThere, "bool"), tf.less(size, before.nearest));
  const nearest = tf.where(isNearer, size, before.nearest);
  const found = tf.maximum(before.found, tf.cast(isNearer, "float32"));
  const isLast = tf.greaterEqual(tf.add(iteration, 1), iterations);
  const isStill = tf.less(loss, tf.mul(constant, SMALL_LOSS));
  const isOver = tf.logicalOr(isLast, isStill);
  const isTighter = tf.logicalAnd(isOver, tf.cast(found, "bool"));
  const isStronger = tf.logicalAnd(isOver, tf.logicalNot(isTighter));
  const zero = tf.zerosLike(found);
  return {
    isOver,
    isStill,
    search: {
      constant: tf.where(isStronger, tf.mul(constant, constantFactor), constant),
      limit: tf.where(isTighter, tf.mul(tf.minimum(limit, nearest), limitFactor), limit),
      nearest,
      iteration: tf.where(isOver, zero, tf.add(iteration, 1)),
      found: tf.where(isOver, zero, found),
    },
  };
}

/** Every round makes the constant larger or the limit smaller. */
function mostRounds(params: ParamsOf<typeof PARAMS>): number {
  const { constant, largestConstant, constantFactor, limitFactor, leastLimit } = params;
  const stronger = Math.log(largestConstant / constant) / Math.log(constantFactor);
  const tighter = Math.log(leastLimit) / Math.log(limitFactor);
  return Math.max(1, Math.ceil(Math.max(stronger, 0)) + Math.ceil(Math.max(tighter, 0)));
}

/** As a share of the constant: nothing is left to gain in this round. */
const SMALL_LOSS = 1e-4;
