import { makeAttack, provenanceOf, type Attack, type AttackLike, type AttackProvenance } from "@kwta/attacks";
import { stableJson } from "@kwta/core";
import type { Unit } from "./unit.ts";

/** A unit as it is sent to another process: a structured clone, since its attack is data. */
export type SentUnit = Omit<Unit, "attack"> & { readonly attack: AttackProvenance };

/** A unit, to be sent. */
export function toSentUnit(unit: Unit): SentUnit {
  return { ...unit, attack: provenanceOf(unit.attack) };
}

/**
 * The inverse of {@link toSentUnit}.
 *
 * @param others attacks of other packages
 * @throws InputError for an attack that is unknown here
 */
export function fromSentUnit(sent: SentUnit, others: readonly AttackLike[] = []): Unit {
  return { ...sent, attack: makeAttack(sent.attack, others) };
}

/** Whether an attack is made again from its data: one that holds a model, such as `transferFrom`, is not. */
export function canBeSent(attack: Attack, others: readonly AttackLike[] = []): boolean {
  const provenance = provenanceOf(attack);
  try {
    return stableJson(provenanceOf(makeAttack(provenance, others))) === stableJson(provenance);
  } catch {
    return false;
  }
}
