import type { Params } from "@kwta/core";
import type * as tf from "@tensorflow/tfjs-core";
import type { Diagnostic } from "./diagnostics.ts";
import type { TracePoint } from "./trace.ts";

/**
 * What an attack did to each sample. All arrays run along the samples as they were given.
 *
 * Accuracies follow: clean accuracy is the mean of `cleanCorrect`, robust accuracy the share of samples with
 * `cleanCorrect` and not `success`, and the attack's success rate the mean of `success` over those with `cleanCorrect`.
 */
export interface AttackResult {
  /** `[n, ...]`: the adversarial point where the attack succeeded, else the input as it was given. */
  readonly adversarial: tf.Tensor;
  /**
   * 1 where a sample that the model had right, or, in a targeted attack, had not yet in the target class, was led to the
   * goal by a point inside ball and box, with finite scores, and the model said so again when asked a second time.
   */
  readonly success: Uint8Array;
  /** 1 where the model classifies the unperturbed input correctly, with finite scores. */
  readonly cleanCorrect: Uint8Array;
  /** The model's class for each row of `adversarial`. */
  readonly predicted: Int32Array;
  readonly cleanPredicted: Int32Array;
  /** Of the best point seen, whether it succeeded or not: positive where it did. NaN where the scores are not finite. */
  readonly margin: Float32Array;
  /** From the input to `adversarial`, in the norm of the threat model. */
  readonly distance: Float32Array;
  /** Forward passes per sample; verification is not counted. */
  readonly queries: Uint32Array;
  /** Backward passes per sample. */
  readonly gradients: Uint32Array;
  /** The sample's query that first succeeded, counted from 1; -1 where none did. */
  readonly firstSuccessAt: Int32Array;
  /** Every point that the attack asked about for the samples that `trace` names, in the order of the questions. */
  readonly trace: readonly TracePoint[];
  readonly diagnostics: readonly Diagnostic[];
  readonly provenance: AttackProvenance;
  readonly seed: number;
  /** The TensorFlow.js backend that computed. */
  readonly backend: string;
  readonly elapsedMs: number;
  /** Disposes `adversarial`. */
  dispose(): void;
}

/** Which attack it was: a tree that is complete enough to make the attack again, see {@link makeAttack}. */
export interface AttackProvenance {
  readonly id: string;
  readonly version: string;
  readonly params: Params;
  readonly of: readonly AttackProvenance[];
}
