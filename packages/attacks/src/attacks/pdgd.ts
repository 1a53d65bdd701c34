import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { perSampleLoss } from "../losses/index.ts";
import { spread } from "../norms/rows.ts";
import { adam, noMoments } from "./adam.ts";
import { firstWeights, nextWeights, PRIMAL_DUAL, softMargin, stepAt } from "./primal-dual.ts";
import { intoBox, rangeOf } from "./whole-box.ts";

/**
 * PDGD, primal-dual gradient descent: Adam on a weighted sum of the L2 distance and a soft margin. The weights of each
 * sample move too, by the sign of its margin, so that it comes to rest at the border.
 *
 * Costs a forward and a backward pass a step, and one forward pass.
 *
 * @see Matyasko, Chau: "PDPGD: primal-dual proximal gradient descent adversarial attack", 2021, arXiv 2106.01538; constants
 * as in adv_lib
 */
export const pdgd: AttackMaker<typeof PRIMAL_DUAL> = defineIterative({
  id: "kwta/pdgd",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["l2"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PRIMAL_DUAL,
  cite: {
    title: "PDPGD: primal-dual proximal gradient descent adversarial attack",
    url: "https://arxiv.org/abs/2106.01538",
  },
  steps: ({ steps }) => steps,
  init: (ctx) => ({ x: ctx.start ?? ctx.x, ...noMoments(ctx.x), ...firstWeights(ctx.ids.length, ctx.params) }),
  step(ctx, { x, first, second, weight, dual }, t) {
    const { x: clean, ids, oracle, geometry, goal, params } = ctx;
    const range = rangeOf(ctx);
    const { logits, gradient } = oracle.lossAndGradient(x, ids, softMargin(goal));
    const away = geometry.steepest(tf.sub(x, clean));
    const up = tf.mul(gradient, spread(tf.mul(tf.sub(1, weight), range), x));
    const next = adam({ first, second }, tf.sub(tf.mul(away, spread(weight, x)), up), t + 1);
    const moved = intoBox(ctx, tf.sub(x, tf.mul(next.step, stepAt(t, params) * range)));
    const weights = nextWeights({ weight, dual }, perSampleLoss("margin", goal)(logits), t, params);
    return { x: moved, first: next.first, second: next.second, ...weights };
  },
});
