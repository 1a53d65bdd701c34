import type { Attack } from "../contract/attack.ts";
import type { NestedRun, RunContext } from "../contract/context.ts";

/** Runs attacks one after the other, as the `index`-th of `count` such rounds: each draws other random numbers. */
export async function runRound(
  ctx: Pick<RunContext, "restart" | "run">,
  of: readonly Attack[],
  [index, count]: readonly [index: number, count: number],
  changes: Omit<NestedRun, "restart" | "part"> = {},
): Promise<void> {
  for (const [j, attack] of of.entries()) {
    const part = [index * of.length + j, count * of.length] as const;
    await ctx.run(attack, { ...changes, restart: ctx.restart * count + index, part, isLater: index > 0 });
  }
}
