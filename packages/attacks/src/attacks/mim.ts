import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { accumulate, atRest, MOMENTUM } from "./momentum.ts";

/**
 * The momentum iterative method: steepest steps along a running sum of normalised gradients. A step costs one gradient.
 *
 * @see Dong et al.: "Boosting Adversarial Attacks with Momentum", CVPR 2018, arXiv 1710.06081; ten steps of eps / 10 and a
 * decay of 1, as there
 */
export const mim: AttackMaker<typeof MOMENTUM> = defineIterative({
  id: "kwta/mim",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: MOMENTUM,
  cite: { title: "Boosting Adversarial Attacks with Momentum", url: "https://arxiv.org/abs/1710.06081" },
  steps: ({ steps }) => steps,
  init: atRest,
  step: (ctx, state) => accumulate(ctx, state, ctx.oracle.lossAndGradient(state.x, ctx.ids, ctx.params.loss).gradient),
});
