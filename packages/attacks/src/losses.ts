import { lookUp } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { PerSampleLoss } from "./classifier.ts";
import type { Goal } from "./goal.ts";

/** The built-in losses; all are maximised. */
export type LossName = "cross-entropy" | "margin";

/**
 * The loss that an attack maximises to reach a goal, with y the true class and t the target:
 *
 * - `"cross-entropy"`: `-log softmax(z)_y`, or `log softmax(z)_t` for a target. It goes through `logSoftmax`: losses on
 *   probabilities, such as `tf.metrics.categoricalCrossentropy`, clip them, and their gradient is exactly zero once the
 *   model is sure of itself.
 * - `"margin"`: `max_{j != y} z_j - z_y`, or `z_t - max_{j != t} z_j`. Positive where the attack succeeds; its gradient
 *   does not fade.
 *
 * @throws InputError for an unknown name
 */
export function perSampleLoss(name: LossName, goal: Goal): PerSampleLoss {
  return lookUp("loss", name, LOSSES)(goal);
}

/** Losses by name. */
export const LOSSES: Readonly<Record<LossName, (goal: Goal) => PerSampleLoss>> = {
  "cross-entropy": (goal) => (logits) =>
    tf.tidy(() => {
      const { classes, sign } = focus(goal);
      const chosen = ownScore(tf.logSoftmax(logits), oneHot(classes, logits));
      return (sign > 0 ? chosen : tf.neg(chosen)) as tf.Tensor1D;
    }),
  margin: (goal) => (logits) =>
    tf.tidy(() => {
      const { classes, sign } = focus(goal);
      const own = oneHot(classes, logits);
      const others = tf.max(tf.where(own, tf.fill(logits.shape, -Infinity), logits), 1);
      const chosen = ownScore(logits, own);
      return (sign > 0 ? tf.sub(chosen, others) : tf.sub(others, chosen)) as tf.Tensor1D;
    }),
};

/** The class whose score matters, and whether the attacker wants it up (+1) or down (-1). */
function focus(goal: Goal): { classes: Int32Array; sign: 1 | -1 } {
  return goal.kind === "untargeted" ? { classes: goal.labels, sign: -1 } : { classes: goal.targets, sign: 1 };
}

function oneHot(classes: Int32Array, { shape }: tf.Tensor2D): tf.Tensor2D {
  return tf.cast(tf.oneHot(tf.tensor1d(classes, "int32"), shape[1]), "bool") as tf.Tensor2D;
}

/** A selection, not a product with the mask: 0 times infinity is NaN. */
function ownScore(scores: tf.Tensor2D, own: tf.Tensor2D): tf.Tensor {
  return tf.sum(tf.where(own, scores, tf.zerosLike(scores)), 1);
}
