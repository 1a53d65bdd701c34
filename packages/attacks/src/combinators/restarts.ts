import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  count: { type: "integer", default: 2, min: 1, description: "How often to start." },
} as const;

/**
 * The same attack, started several times with other random numbers, each time on the samples that still stand. More
 * restarts never find less: the first ones are those of a smaller count.
 *
 * @example
 * ```ts
 * const five = restarts(pgd, { count: 5 });
 * ```
 */
export const restarts: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/restarts",
  version: "1.0.0",
  params: PARAMS,
  async run(ctx, of) {
    const { count } = ctx.params;
    for (let i = 0; i < count; i++) await runRound(ctx, of, [i, count]);
  },
});
