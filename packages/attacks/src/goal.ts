import * as tf from "@tensorflow/tfjs-core";
import { LOSSES } from "./losses.ts";

/** What the attacker wants: any wrong class, or one class per sample. Arrays run along the samples. */
export type Goal =
  | { readonly kind: "untargeted"; readonly labels: Int32Array }
  | { readonly kind: "targeted"; readonly labels: Int32Array; readonly targets: Int32Array };

/** The goal of some of the samples, in the order of `rows`. */
export function goalOf(goal: Goal, rows: Int32Array): Goal {
  const labels = rows.map((row) => goal.labels[row]!);
  if (goal.kind === "untargeted") return { kind: goal.kind, labels };
  return { kind: goal.kind, labels, targets: rows.map((row) => goal.targets[row]!) };
}

/** Whether a prediction is what the attacker wants for the sample in `row`: the one rule that decides success. */
export function reaches(goal: Goal, row: number, predicted: number): boolean {
  return goal.kind === "untargeted" ? predicted !== goal.labels[row] : predicted === goal.targets[row];
}

/**
 * What logits say about a goal, as `[2, n]`: the margin, NaN as soon as one logit of the sample is not finite, and the
 * predicted class.
 */
export function verdict(logits: tf.Tensor2D, goal: Goal): tf.Tensor2D {
  return tf.tidy(() => {
    const poison = tf.sum(tf.mul(logits, 0), 1);
    const margin = tf.add(LOSSES.margin(goal)(logits), poison);
    return tf.stack([margin, tf.cast(tf.argMax(logits, 1), "float32")]) as tf.Tensor2D;
  });
}
