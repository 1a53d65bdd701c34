import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** What a training method is given for one step. The tensors belong to the loop. */
export interface TrainingBatch {
  /** [n, height, width, channels] in [0, 1]. */
  readonly x: tf.Tensor4D;
  /** [n], int32. */
  readonly labels: tf.Tensor1D;
  /** Stable sample ids, for keyed noise. */
  readonly ids: Int32Array;
  /** Counted from 0. */
  readonly step: number;
  /** Counted from 0; a sample is met once an epoch. */
  readonly epoch: number;
  readonly seed: number;
}

/** The value to minimise and what it was computed from. */
export interface Objective {
  /** Mean over the batch. */
  readonly loss: tf.Scalar;
  /** Of the images as they are, if they were classified: gives the metric `accuracy`. */
  readonly logits?: tf.Tensor2D;
  /** Of the attacked images, if they were classified: gives the metric `robustAccuracy`. */
  readonly robustLogits?: tf.Tensor2D;
}

/** How a batch becomes a loss. */
export interface TrainingMethod {
  readonly id: string;
  /**
   * Attacks the batch before its step. What comes back is the loop's to dispose.
   *
   * @throws AbortedError when the signal stopped it; then the step is not made
   */
  craft?(model: LayersModel, batch: TrainingBatch, signal: AbortSignal | undefined): Promise<tf.Tensor4D>;
  /**
   * Runs inside a gradient scope: everything that depends on the weights is differentiated.
   *
   * @param attacked what `craft` gave, or the images as they are
   */
  objective(model: LayersModel, batch: TrainingBatch, attacked: tf.Tensor4D): Objective;
}

/** Cross-entropy on the images as they are. */
export const natural: TrainingMethod = {
  id: "natural",
  objective(model, { x, labels }) {
    const logits = model.apply(x, { training: true }) as tf.Tensor2D;
    return { loss: crossEntropy(logits, labels), logits };
  },
};

/** Mean cross-entropy of logits [n, classes] and labels [n], through logSoftmax: probabilities are never clipped. */
export function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const picked = tf.cast(tf.oneHot(labels, logits.shape[1]), "float32");
  return tf.neg(tf.div(tf.sum(tf.mul(picked, tf.logSoftmax(logits))), logits.shape[0]));
}
