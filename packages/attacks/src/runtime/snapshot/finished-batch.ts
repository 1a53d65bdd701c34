import type { NamedTensor } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { DiagnosticKind } from "../../contract/diagnostics.ts";
import type { AttackResult } from "../../contract/result.ts";
import type { BatchOutcome } from "../attack-batch.ts";

/** What an attack did to each sample of a batch, as numbers; see {@link AttackResult} for what they mean. */
export interface FinishedBatch extends Pick<AttackResult, OutcomeField | "trace"> {
  /** The place of its first sample among those of the run. */
  readonly at: number;
  /** `[n, ...]` */
  readonly adversarial: NamedTensor;
  /** How many samples each diagnostic concerns. */
  readonly odd: ReadonlyMap<DiagnosticKind, number>;
}

/** The lists of numbers that an outcome has, one number a sample, and how they are stored. */
export const OUTCOME: {
  readonly success: Uint8ArrayConstructor;
  readonly cleanCorrect: Uint8ArrayConstructor;
  readonly predicted: Int32ArrayConstructor;
  readonly cleanPredicted: Int32ArrayConstructor;
  readonly margin: Float32ArrayConstructor;
  readonly distance: Float32ArrayConstructor;
  readonly queries: Uint32ArrayConstructor;
  readonly gradients: Uint32ArrayConstructor;
  readonly firstSuccessAt: Int32ArrayConstructor;
} = {
  success: Uint8Array,
  cleanCorrect: Uint8Array,
  predicted: Int32Array,
  cleanPredicted: Int32Array,
  margin: Float32Array,
  distance: Float32Array,
  queries: Uint32Array,
  gradients: Uint32Array,
  firstSuccessAt: Int32Array,
};

/** The lists of numbers that an outcome has, one number a sample. */
export type OutcomeField =
  | "success"
  | "cleanCorrect"
  | "predicted"
  | "cleanPredicted"
  | "margin"
  | "distance"
  | "queries"
  | "gradients"
  | "firstSuccessAt";

/** Reads the points of an outcome back. The rest is shared with it. */
export async function finishedBatch(at: number, outcome: BatchOutcome): Promise<FinishedBatch> {
  const { adversarial, ...rest } = outcome;
  const data = Float32Array.from(await adversarial.data<"float32">());
  return { ...rest, at, adversarial: { shape: adversarial.shape, data } };
}

/** The outcome again; its points are the caller's. */
export function outcomeOf({ adversarial: { data, shape }, ...rest }: FinishedBatch): BatchOutcome {
  return { ...rest, odd: new Map(rest.odd), adversarial: tf.tensor(Float32Array.from(data), [...shape]) };
}
