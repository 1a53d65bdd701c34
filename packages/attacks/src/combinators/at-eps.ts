import { InputError } from "@kwta/core";
import type { Attack } from "../contract/attack.ts";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import { runRound } from "./run-round.ts";

/**
 * Makes a budget attack of a minimum-norm attack: it has succeeded when the nearest point that it knows lies inside the
 * sample's ball, and the sample leaves at once. The reverse of `minimumNorm`. Wherever any point inside a ball will do, so
 * does every minimum-norm attack; this one does where the nearest point is looked for, too.
 *
 * @throws InputError for attacks that look for no nearest point
 *
 * @example
 * ```ts
 * const bisected = minimumNorm(atEps(fmn({ steps: 30 })));
 * ```
 */
export const atEps: Combinator<Readonly<Record<never, never>>> = defineCombinator({
  id: "kwta/at-eps",
  version: "1.0.0",
  kind: "budget",
  params: {},
  check: seeksNearest,
  run: (ctx, of) => runRound(ctx, of, [0, 1], { aim: "within-eps" }),
});

function seeksNearest(of: readonly Attack[]): void {
  const other = of.find(({ kind }) => kind !== "minimum-norm");
  if (other === undefined) return;
  throw new InputError(
    `atEps takes minimum-norm attacks, and ${other.id} looks at one size of ball as it is. Leave it out.`,
  );
}
