import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import type { GradientOracle } from "../contract/oracle.ts";
import { needsGradients } from "./detours.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  backward: {
    type: "strings",
    default: ["gate:0.1", "gate:0.2", "gate:0.3"],
    description: "What stands for the derivative of choosable layers, one run of the attack with each.",
  },
} as const;

/**
 * The adaptive form of any gradient attack against networks that hide their gradient in choosable layers: the backward pass
 * takes each such layer for something else, and the forward pass stays exact. It sees through the jumps of k-WTA at the
 * attack's own price. For the layers of `@kwta/op` there are
 *
 * - `"gate:T"`: a smooth gate, `x * sigmoid((x - t) / (T s))` with the layer's threshold t and standard deviation s held
 *   constant;
 * - `"soft-top-k:T"`: soft winners whose sum stays k, so that the threshold moves with the values;
 * - `"relu"` and `"straight-through"`: as if the layer were a ReLU, or not there;
 * - `"exact"`: the gradient itself.
 *
 * The attack is run once with each, each time on the samples that still stand and from other random numbers than the attack
 * itself, so the result is the worst case of every sample. On a model without such layers these are further restarts of the
 * attack.
 *
 * @example
 * ```ts
 * const gate = adaptive(pgd({ steps: 40 }), { backward: ["gate:0.1", "gate:0.2", "soft-top-k:0.2", "relu"] });
 * ```
 */
export const adaptive: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/adaptive",
  version: "2.0.0",
  params: PARAMS,
  check: (of) => needsGradients("adaptive", of),
  async run(ctx, of) {
    const { backward } = ctx.params;
    for (const [i, each] of backward.entries()) {
      const oracle = { lossAndGradient: through(ctx.oracle, each) };
      await runRound(ctx, of, [i, backward.length], { oracle, stream: ":gate" });
    }
  },
});

function through(oracle: GradientOracle, backward: string): GradientOracle["lossAndGradient"] {
  return (x, ids, loss, options) => oracle.lossAndGradient(x, ids, loss, { ...options, backward });
}
