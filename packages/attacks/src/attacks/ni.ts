import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { accumulate, atRest, MOMENTUM, stepOf } from "./momentum.ts";

/**
 * NI-FGSM: the momentum iterative method with Nesterov's look ahead. The gradient is taken where the momentum would lead,
 * `x + decay * stepSize * m`. A step costs one gradient and a query, which asks about the point itself.
 *
 * @see Lin et al.: "Nesterov accelerated gradient and scale invariance for adversarial attacks", ICLR 2020, arXiv 1908.06281
 */
export const ni: AttackMaker<typeof MOMENTUM> = defineIterative({
  id: "kwta/ni",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: MOMENTUM,
  cite: {
    title: "Nesterov accelerated gradient and scale invariance for adversarial attacks",
    url: "https://arxiv.org/abs/1908.06281",
  },
  steps: ({ steps }) => steps,
  init: atRest,
  step(ctx, state, t) {
    const { oracle, ids, params } = ctx;
    // At first there is no momentum, and the point itself is where it leads.
    if (t > 0) oracle.labels(state.x, ids);
    const ahead = t > 0 ? tf.add(state.x, tf.mul(state.momentum, tf.mul(stepOf(ctx), params.decay))) : state.x;
    return accumulate(ctx, state, oracle.lossAndGradient(ahead, ids, params.loss).gradient);
  },
});
