import type { Attack } from "./attack.ts";
import type { AttackProvenance } from "./result.ts";

/** What an attack is made of, as data. */
export function provenanceOf({ id, version, params, of }: Attack): AttackProvenance {
  return { id, version, params, of: of.map(provenanceOf) };
}
