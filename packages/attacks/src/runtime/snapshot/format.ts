import { digest, stableJson, type NamedTensor, type Safetensors } from "@kwta/core";
import type { DiagnosticKind } from "../../contract/diagnostics.ts";
import type { StateArray } from "./loop-state.ts";

/**
 * An attack in the middle: which batches are finished, where the attack is in its nested runs, restarts and steps, its state
 * as named tensors, and what the oracle knows, so that {@link runAttack} goes on from there to the bits of a run that was
 * never stopped. `encodeSafetensors` and `decodeSafetensors` make a file of it and back.
 */
export type AttackSnapshot = Safetensors;

/** Counted up when the meaning of a snapshot changes. */
export const SNAPSHOT_FORMAT = "kwta-attack-snapshot@1";

/** What a snapshot says beside its numbers. */
export interface Layout {
  readonly elapsedMs: number;
  readonly batches: readonly { readonly at: number; readonly odd: readonly (readonly [DiagnosticKind, number])[] }[];
  readonly batch?: BatchLayout | undefined;
}

/** Of the batch that is under way. */
export interface BatchLayout {
  readonly at: number;
  /** From the whole attack to the innermost nested run; of each, for its finished nested runs, whether best points are kept. */
  readonly path: readonly { readonly attack: string; readonly finished: readonly boolean[] }[];
  readonly loop?: LoopLayout | undefined;
}

/** Of the loop that is under way. */
export interface LoopLayout {
  readonly ordinal: number;
  readonly round: number;
  readonly step: number;
  readonly ids: readonly number[];
  readonly trusted: readonly string[];
  readonly state: readonly { readonly name: string; readonly dtype: StateArray["dtype"] }[];
}

/** The fields of a {@link TracePoint} but its id, in the order of their columns. */
export const TRACE_FIELDS = ["query", "margin", "predicted", "distance", "excess"] as const;

/** What a snapshot's digest is of. */
export function snapshotDigest(texts: readonly string[], tensors: ReadonlyMap<string, NamedTensor>): Promise<string> {
  const entries = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const shapes = stableJson(entries.map(([name, { shape }]) => [name, shape]));
  return digest(...texts, shapes, ...entries.map(([, { data }]) => data));
}
