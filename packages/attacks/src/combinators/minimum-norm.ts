import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import type { RunContext } from "../contract/context.ts";
import type { Norm } from "../norms/index.ts";
import { isWithin } from "../norms/rows.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  steps: { type: "integer", default: 20, min: 1, description: "Sizes that are tried for each sample." },
  precision: {
    type: "number",
    default: 0.001,
    min: 0,
    description: "A sample is done when its smallest distance is known to this share of it.",
  },
} as const;

/**
 * Makes a minimum-norm attack of any attack, by bisection: each sample's ball is doubled until the attack breaks the sample
 * in it, then halved between the largest size that failed and the smallest distance that was found. Where any point inside
 * a ball of a given size will do, it is the attack itself.
 *
 * @see AttackBench (arXiv 2404.19460), which compares attacks in this way
 *
 * @example
 * ```ts
 * const threat = { norm: "l2", eps: Infinity } as const;
 * const { distance } = await runAttack(minimumNorm(pgd), classifier, samples, { threat, seed: 0, aim: "nearest" });
 * ```
 */
export const minimumNorm: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/minimum-norm",
  version: "1.0.0",
  kind: "minimum-norm",
  params: PARAMS,
  async run(ctx, of) {
    const { steps, precision } = ctx.params;
    if (ctx.aim !== "nearest") return runRound(ctx, of, [0, 1]);
    const largest = ctx.threat.sizes;
    const failed = new Float32Array(ctx.ids.length);
    const eps = largest.map((most) => Math.min(most, firstSize(ctx)));
    for (let i = 0; i < steps && eps.some((size) => size > 0); i++) {
      await runRound(ctx, of, [i, steps], { eps });
      const { x, distance, found } = await ctx.best();
      x.dispose();
      for (const row of eps.keys()) {
        const size = eps[row]!;
        const isBroken = found[row] === 1 && isWithin(distance[row]!, size, ctx.threat.bounds);
        if (!isBroken && size > failed[row]!) failed[row] = size;
        eps[row] =
          found[row] === 1 ? between(ctx, failed[row]!, distance[row]!, precision) : larger(size, largest[row]!);
      }
    }
  },
});

/** A small share of what the box allows. */
function firstSize({ x, threat: { norm, bounds } }: Pick<RunContext, "x" | "threat">): number {
  const d = x.size / x.shape[0]!;
  const range = bounds.max - bounds.min;
  const sizes: Readonly<Record<Norm, number>> = {
    linf: range / 64,
    l2: (range * Math.sqrt(d)) / 100,
    l1: (range * d) / 250,
    l0: Math.max(1, Math.round(d / 100)),
  };
  return sizes[norm];
}

/** The next size to try; 0 when there is nothing left to find. */
function between({ threat }: Pick<RunContext, "threat">, failed: number, found: number, precision: number): number {
  if (threat.norm === "l0") return found - failed <= 1 ? 0 : Math.floor((failed + found) / 2);
  return found - failed <= precision * found ? 0 : (failed + found) / 2;
}

/** Twice the size, up to the largest; 0 when that has been tried. */
function larger(size: number, largest: number): number {
  return size >= largest ? 0 : Math.min(2 * size, largest);
}
