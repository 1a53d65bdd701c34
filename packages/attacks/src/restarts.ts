import { InputError, show } from "@kwta/core";
import type { AttackPlugin, RunContext } from "./attack.ts";
import type { Access } from "./oracle.ts";
import type { Params } from "./params.ts";

/**
 * The same attack, started `count` times with other random numbers, each time on the samples that still stand. More
 * restarts never find less: the first ones are those of a smaller count.
 *
 * @throws InputError when `count` is not a whole number of at least 1
 */
export function withRestarts<P extends Params>(attack: AttackPlugin<P>, count: number): AttackPlugin<P> {
  if (!Number.isInteger(count) || count < 1) {
    throw new InputError(`The number of restarts is ${show(count)}. It takes a whole number of at least 1.`);
  }
  return { ...attack, id: `${attack.id}-x${count}`, run: (ctx) => runRestarts(ctx, attack, count) };
}

/** Runs `attack` `count` times; nested restarts stay distinct. */
export async function runRestarts<P extends Params>(
  ctx: RunContext<Access, P>,
  attack: AttackPlugin<P>,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    await ctx.run(attack, {
      params: ctx.params,
      restart: ctx.restart * count + i,
      part: [i, count],
    });
  }
}
