import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { perSampleLoss } from "../losses/index.ts";
import { NORMS } from "../norms/index.ts";
import { proximalOf } from "../norms/proximal.ts";
import { pickRows, spread } from "../norms/rows.ts";
import { adam, noMoments } from "./adam.ts";
import { firstWeights, nextWeights, PRIMAL_DUAL, softMargin, stepAt } from "./primal-dual.ts";
import { intoBox, rangeOf } from "./whole-box.ts";

const OWN = {
  proximalSteps: {
    type: "integer",
    default: 5,
    min: 1,
    description: "Proximal steps after each gradient step, without asking the model.",
  },
} as const;

const PARAMS: typeof PRIMAL_DUAL & typeof OWN = { ...PRIMAL_DUAL, ...OWN };

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;

/**
 * PDPGD, primal-dual proximal gradient descent: Adam on a soft margin, then the proximal operator of the norm in Adam's own
 * metric, which makes distances small that have no useful gradient. How much it takes away follows the sign of each sample's
 * margin.
 *
 * Costs a forward and a backward pass a step, and one forward pass.
 *
 * @see Matyasko, Chau: "PDPGD: primal-dual proximal gradient descent adversarial attack", 2021, arXiv 2106.01538; constants
 * as in adv_lib, in L0 with the operator of `|d|^(2/3)`
 */
export const pdpgd: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/pdpgd",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["linf", "l2", "l1", "l0"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PARAMS,
  cite: {
    title: "PDPGD: primal-dual proximal gradient descent adversarial attack",
    url: "https://arxiv.org/abs/2106.01538",
  },
  steps: ({ steps }) => steps,
  init: (ctx) => ({ x: ctx.start ?? ctx.x, ...noMoments(ctx.x), ...firstWeights(ctx.ids.length, ctx.params) }),
  step(ctx, { x, first, second, weight, dual }, t) {
    const { x: clean, ids, oracle, goal, params } = ctx;
    const range = rangeOf(ctx);
    const { logits, gradient } = oracle.lossAndGradient(x, ids, softMargin(goal));
    const next = adam({ first, second }, tf.mul(gradient, -range), t + 1);
    const stepSize = stepAt(t, params);
    const moved = clipped(ctx, tf.sub(x, tf.mul(next.step, stepSize * range)));
    const ratio = tf.div(weight, tf.sub(1, weight));
    const point = shrink(ctx, tf.div(tf.sub(moved, clean), range), next.scale, tf.mul(ratio, stepSize));
    const weights = nextWeights({ weight, dual }, perSampleLoss("margin", goal)(logits), t, params);
    return { x: intoBox(ctx, point), first: next.first, second: next.second, ...weights };
  },
});

/**
 * The proximal operator in the metric of Adam's scale, by steps of the ordinary one that end where nothing changes much.
 *
 * @param delta in units of the data range
 * @returns the point that it leads to
 * @see Yun, Lozano, Yang: "A general family of stochastic proximal gradient methods for deep learning", 2020, arXiv 2007.07484
 */
function shrink(ctx: Context, delta: tf.Tensor, scale: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const { x: clean, params, threat } = ctx;
  const range = rangeOf(ctx);
  const largest = NORMS.linf.distance(scale);
  const part = tf.div(scale, spread(largest, delta));
  const amount = tf.div(weight, largest);
  let current = delta;
  let isMoving: tf.Tensor = tf.ones([ctx.ids.length], "bool");
  for (let i = 0; i < params.proximalSteps; i++) {
    const back = tf.sub(current, tf.mul(part, tf.sub(current, delta)));
    const near = proximalOf(threat.norm, back, amount);
    const inside = tf.div(tf.sub(clipped(ctx, tf.add(clean, tf.mul(near, range))), clean), range);
    const next = pickRows(isMoving, inside, current);
    const change = tf.div(NORMS.l2.distance(tf.sub(next, current)), NORMS.l2.distance(next));
    isMoving = tf.greater(change, SMALL_CHANGE);
    current = next;
  }
  return tf.add(clean, tf.mul(current, range));
}

function clipped({ threat: { bounds } }: Context, points: tf.Tensor): tf.Tensor {
  return tf.clipByValue(points, bounds.min, bounds.max);
}

/** As a share of the perturbation. */
const SMALL_CHANGE = 0.01;
