import { InputError } from "@kwta/core";
import { defineAttack, type AttackPlugin } from "./attack.ts";
import type { Access } from "./oracle.ts";

/**
 * Several attacks, one after the other: each sees only the samples that the ones before left standing, so that the
 * result is the worst case of every sample.
 *
 * @example
 * ```ts
 * const both = cascade([pgd, withParams(gateSurrogate, { restarts: 5 })]);
 * ```
 * @throws InputError for an empty list, or when no norm or goal suits all of them
 */
export function cascade(attacks: readonly AttackPlugin[]): AttackPlugin {
  if (attacks.length === 0) throw new InputError("A cascade of no attacks was asked for. Give at least one attack.");
  return defineAttack({
    id: `cascade/${attacks.map(({ id }) => id.slice(id.indexOf("/") + 1)).join("+")}`,
    version: attacks.map(({ version }) => version).join("+"),
    access: ACCESS_ORDER.find((access) => attacks.some((attack) => attack.access === access))!,
    norms: shared(attacks.map(({ norms }) => norms)),
    goals: shared(attacks.map(({ goals }) => goals)),
    stochastic: attacks.some(({ stochastic }) => stochastic),
    params: {},
    async run(ctx) {
      for (const [i, attack] of attacks.entries()) await ctx.run(attack, { part: [i, attacks.length] });
    },
  });
}

const ACCESS_ORDER: readonly Access[] = ["gradient", "score", "label"];

function shared<T>(lists: readonly (readonly T[])[]): T[] {
  return lists[0]!.filter((each) => lists.every((list) => list.includes(each)));
}
