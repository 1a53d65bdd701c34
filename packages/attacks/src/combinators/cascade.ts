import { defineCombinator, type Combinator } from "../contract/combinator.ts";

/**
 * Several attacks, one after the other: each sees only the samples that the ones before left standing, so that the
 * result is the worst case of every sample. Of two equal ones the second draws other random numbers.
 *
 * @example
 * ```ts
 * const both = cascade(pgd, adaptive(pgd, { backward: ["gate:0.2"] }));
 * ```
 */
export const cascade: Combinator<Readonly<Record<never, never>>> = defineCombinator({
  id: "kwta/cascade",
  version: "1.0.0",
  params: {},
  async run(ctx, of) {
    for (const [i, attack] of of.entries()) {
      const before = of.slice(0, i).filter(({ id }) => id === attack.id).length;
      await ctx.run(attack, { part: [i, of.length], ...(before > 0 && { stream: `#${before}` }) });
    }
  },
});
