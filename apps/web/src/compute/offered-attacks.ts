import { ATTACKS, attackName } from "@kwta/attacks";
import type { ParamSchema } from "@kwta/core";

/** An attack that can be chosen, and what its form is made of. */
export interface OfferedAttack {
  readonly name: string;
  readonly schema: ParamSchema;
}

/** All attacks of the library that look for any point inside the ball of this page. */
export function offeredAttacks(): OfferedAttack[] {
  return ATTACKS.filter(({ kind = "budget", norms }) => kind === "budget" && norms.includes("linf")).map(
    ({ id, schema }) => ({ name: attackName(id), schema }),
  );
}
