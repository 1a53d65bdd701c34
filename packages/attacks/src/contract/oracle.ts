import type * as tf from "@tensorflow/tfjs-core";
import type { LossName } from "../losses/index.ts";
import type { PerSampleLoss } from "../losses/loss.ts";
import type { GradientOptions, LossAndGradient } from "./classifier.ts";

/** What an attacker may see of the model: its decisions, its scores, or its gradients as well. */
export type Access = "label" | "score" | "gradient";

/**
 * The model of an attack that declared access `"label"`.
 *
 * Every oracle function takes points `[m, ...]` and the sample that each row belongs to, in any number and order. Those that
 * are synchronous can stand inside `tf.tidy`; a model that answers later has only the others, which stand outside of it. The
 * oracle counts each row as a query of its sample, and keeps every sample's best point, wherever it was seen. Call
 * `ctx.tick()` between queries.
 */
export interface LabelOracle {
  /** Predicted classes, `[m]`, int32. */
  labels(x: tf.Tensor, ids: Int32Array): tf.Tensor1D;
  /** The same of any model. The caller owns the tensor. */
  labelsAsync(x: tf.Tensor, ids: Int32Array): Promise<tf.Tensor1D>;
}

/** The model of an attack that declared access `"score"`. */
export interface ScoreOracle extends LabelOracle {
  /** Logits, `[m, classes]`. */
  logits(x: tf.Tensor, ids: Int32Array): tf.Tensor2D;
  /** The same of any model. The caller owns the tensor. */
  logitsAsync(x: tf.Tensor, ids: Int32Array): Promise<tf.Tensor2D>;
}

/** The model of an attack that declared access `"gradient"`. */
export interface GradientOracle extends ScoreOracle {
  /** A loss by name is that of the attack's goal. Counts as a query and a gradient. */
  lossAndGradient(
    x: tf.Tensor,
    ids: Int32Array,
    loss: LossName | PerSampleLoss,
    options?: GradientOptions,
  ): LossAndGradient;
}

/** The oracle that goes with an access: an attack cannot even name what it did not declare. */
export type OracleFor<A extends Access> = {
  label: LabelOracle;
  score: ScoreOracle;
  gradient: GradientOracle;
}[A];

/** How many queries and gradients each sample may cost. */
export interface QueryBudget {
  /** @defaultValue no limit */
  readonly queries?: number | undefined;
  /** @defaultValue no limit */
  readonly gradients?: number | undefined;
  /** Forward and backward passes together: a gradient costs one of each. @defaultValue no limit */
  readonly passes?: number | undefined;
}
