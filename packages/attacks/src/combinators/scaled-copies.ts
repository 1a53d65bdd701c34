import * as tf from "@tensorflow/tfjs-core";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import { byDetours, needsGradients, STRAIGHT } from "./detours.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  copies: { type: "integer", default: 5, min: 1, description: "Copies of the image, each half as bright as the last." },
} as const;

/**
 * Scale invariance: gradients are means over copies of the image scaled by 1, 1/2, 1/4, ... towards the lowest value of the
 * box. A gradient costs `copies` gradients.
 *
 * @see Lin et al.: "Nesterov accelerated gradient and scale invariance for adversarial attacks", ICLR 2020, arXiv 1908.06281
 *
 * @example
 * ```ts
 * const scaled = scaledCopies(apgd, { copies: 3 });
 * ```
 */
export const scaledCopies: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/scaled-copies",
  version: "1.0.0",
  params: PARAMS,
  check: (of) => needsGradients("scaledCopies", of),
  async run(ctx, of) {
    const { min } = ctx.threat.bounds;
    const copies = Array.from({ length: ctx.params.copies }, (_, i) => {
      if (i === 0) return STRAIGHT;
      const scale = 2 ** -i;
      return {
        to: (x: tf.Tensor) => tf.add(tf.mul(x, scale), min * (1 - scale)),
        back: (gradient: tf.Tensor) => tf.mul(gradient, scale),
      };
    });
    const lossAndGradient = byDetours(ctx, () => copies);
    await runRound(ctx, of, [0, 1], { oracle: { lossAndGradient } });
  },
});
