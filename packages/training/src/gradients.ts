import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Objective, TrainingBatch, TrainingMethod } from "./methods/method.ts";
import { namedVariables, type NamedVariable } from "./weights.ts";

/** The loss of a batch, or a part of one, and its gradients; all tensors are the caller's. */
export interface Differentiated {
  /** Images. */
  readonly size: number;
  /** Of the trainable weights, in their order. */
  readonly gradients: readonly tf.Tensor[];
  /** Of what the method carries. */
  readonly carried: Readonly<Record<string, tf.Tensor>>;
  /** The loss, and how many images were classified correctly. */
  readonly results: Readonly<Record<string, tf.Tensor>>;
}

/** What is differentiated. */
interface Subject {
  readonly model: LayersModel;
  readonly method: TrainingMethod;
  readonly trainable: readonly NamedVariable[];
}

/**
 * Differentiates the objective of a method.
 *
 * @param awp how far the kernels move to a higher loss first, as a share of their norm
 */
export function gradientsOf(
  subject: Subject,
  batch: TrainingBatch,
  attacked: tf.Tensor4D,
  awp: number,
): Differentiated {
  const back = awp > 0 ? perturb(subject, batch, attacked, awp) : undefined;
  try {
    return differentiate(subject, batch, attacked);
  } finally {
    back?.();
  }
}

function differentiate(
  { model, method, trainable }: Subject,
  batch: TrainingBatch,
  attacked: tf.Tensor4D,
): Differentiated {
  const weights = trainable.map(({ variable }) => variable);
  const carried = Object.entries(batch.carried);
  const results: Record<string, tf.Tensor> = {};
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => {
      const objective = method.objective(model, batch, attacked);
      for (const [name, hits] of Object.entries(countHits(objective, batch.labels))) results[name] = tf.keep(hits);
      return objective.loss;
    }, [...weights, ...carried.map(([, variable]) => variable)]);
    const gradientOf = ({ name }: tf.Variable): tf.Tensor => grads[name]!;
    return {
      size: batch.ids.length,
      gradients: weights.map(gradientOf),
      carried: Object.fromEntries(carried.map(([name, variable]) => [name, gradientOf(variable)])),
      results: { loss: value, ...results },
    };
  });
}

function countHits({ logits, robustLogits }: Objective, labels: tf.Tensor1D): Record<string, tf.Scalar> {
  const count = (of: tf.Tensor2D): tf.Scalar => tf.sum(tf.equal(tf.argMax(of, 1), labels));
  return {
    ...(logits && { accuracy: count(logits) }),
    ...(robustLogits && { robustAccuracy: count(robustLogits) }),
  };
}

/**
 * Adversarial weight perturbation: moves each kernel along its gradient, by a share of its norm. Batch norm's statistics
 * stay: this pass is not one of the training.
 *
 * @returns puts the weights back, bit for bit
 */
function perturb(subject: Subject, batch: TrainingBatch, attacked: tf.Tensor4D, share: number): () => void {
  const kernels = subject.trainable.filter(({ variable }) => variable.rank > 1);
  const all = namedVariables(subject.model, "all");
  const before = all.map(({ variable }) => tf.clone(variable as tf.Tensor));
  const putBack = (which: (name: string) => boolean): void => {
    for (const [i, { name, variable }] of all.entries()) if (which(name)) variable.assign(before[i]!);
  };
  try {
    const { gradients, carried, results } = differentiate(subject, batch, attacked);
    putBack(() => true);
    tf.tidy(() => {
      for (const { name, variable } of kernels) {
        const gradient = gradients[subject.trainable.findIndex((other) => other.name === name)]!;
        const scale = tf.div(tf.norm(variable), tf.add(tf.norm(gradient), TINY));
        variable.assign(tf.add(variable, tf.mul(gradient, tf.mul(scale, share))));
      }
    });
    tf.dispose([gradients, carried, results] as tf.TensorContainer);
  } catch (error) {
    tf.dispose(before);
    throw error;
  }
  const moved = new Set(kernels.map(({ name }) => name));
  return () => {
    putBack((name) => moved.has(name));
    tf.dispose(before);
  };
}

/** A gradient of zero moves nothing. */
const TINY = 1e-20;

/** Gradients whose norm, taken over all of them at once, is at most this: PyTorch's `clip_grad_norm_`. */
export function clipByNorm(gradients: readonly tf.Tensor[], most: number): readonly tf.Tensor[] {
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
    const factor = tf.minimum(1, tf.div(most, tf.add(norm, 1e-6)));
    return gradients.map((gradient) => tf.mul(gradient, factor));
  });
}
