import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import type { GradientOracle } from "../contract/oracle.ts";
import { needsGradients } from "./detours.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  temperatures: {
    type: "numbers",
    default: [0.1, 0.2, 0.3],
    min: 1e-3,
    description: "Widths of the gate, one run of the attack with each.",
  },
} as const;

/**
 * The adaptive form of any gradient attack against networks that hide their gradient in choosable layers: the backward pass
 * takes each k-WTA layer for a smooth gate, `x * sigmoid((x - t) / (T s))` with the layer's threshold t and standard
 * deviation s held constant; the forward pass stays exact. It sees through the jumps of k-WTA at the attack's own price.
 *
 * The attack is run once with each temperature T, each time on the samples that still stand and from other random numbers
 * than the attack itself. On a model without such layers these are further restarts of the attack.
 *
 * @example
 * ```ts
 * const gate = adaptive(pgd({ steps: 40 }), { temperatures: [0.1, 0.2, 0.3] });
 * ```
 */
export const adaptive: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/adaptive",
  version: "1.0.0",
  params: PARAMS,
  check: (of) => needsGradients("adaptive", of),
  async run(ctx, of) {
    const { temperatures } = ctx.params;
    for (const [i, temperature] of temperatures.entries()) {
      const oracle = { lossAndGradient: throughGate(ctx.oracle, temperature) };
      await runRound(ctx, of, [i, temperatures.length], { oracle, stream: ":gate" });
    }
  },
});

function throughGate(oracle: GradientOracle, temperature: number): GradientOracle["lossAndGradient"] {
  return (x, ids, loss, options) =>
    oracle.lossAndGradient(x, ids, loss, { ...options, backward: `gate:${temperature}` });
}
