import type { AttackSnapshot } from "@kwta/attacks";
import type { UnitOutcome } from "./unit.ts";

/** A finished unit as it is kept. */
export interface EvaluationPart extends UnitOutcome {
  /** Digests of its samples, each of all that is particular to it: image, label, id, where the attack began. */
  readonly samples: readonly string[];
}

/**
 * Keeps finished units of evaluations. A key is a digest of all that units of one attack at one eps have in common: model,
 * parameters, versions, settings. Any number of units belong to it, each on samples of its own.
 */
export interface PartStore {
  /** All that was kept under a key. */
  get(key: string): readonly EvaluationPart[] | Promise<readonly EvaluationPart[]>;
  /** Awaited before the evaluation goes on. Calls may overlap. */
  add(key: string, part: EvaluationPart): unknown;
  /** Keeps units in the middle, each by a name. @defaultValue what is in the middle when an evaluation stops is done again */
  readonly snapshots?: SnapshotStore | undefined;
}

/** Keeps units in the middle, one by each name. */
export interface SnapshotStore {
  get(name: string): AttackSnapshot | undefined | Promise<AttackSnapshot | undefined>;
  /** Awaited before the unit goes on. */
  set(name: string, snapshot: AttackSnapshot): unknown;
  delete(name: string): unknown;
}

/** Keeps parts in memory: for a page, or a program that tries again after an error. */
export function partsInMemory(): PartStore {
  const kept = new Map<string, EvaluationPart[]>();
  return {
    get: (key) => kept.get(key) ?? [],
    add: (key, part) => void kept.set(key, [...(kept.get(key) ?? []), part]),
    snapshots: new Map<string, AttackSnapshot>(),
  };
}
