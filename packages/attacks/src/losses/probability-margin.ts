import * as tf from "@tensorflow/tfjs-core";
import type { Goal } from "./goal.ts";
import { focus, oneHot, ownScore, type Loss } from "./loss.ts";

/**
 * The margin of the probabilities: `max_{j != y} p_j - p_y`, or `p_t - max_{j != t} p_j` for a target t. It goes through
 * `logSoftmax`, which keeps more of small probabilities than `softmax`.
 *
 * @see "Probability margin attack", arXiv 2411.15210
 */
export const probabilityMargin: Loss = (goal) => (logits) =>
  tf.tidy(() => {
    const { own, others, sign } = probabilitiesOf(goal, logits);
    return (sign > 0 ? tf.sub(own, others) : tf.sub(others, own)) as tf.Tensor1D;
  });

/** The terms of that margin: the probability of the class that matters, which the attacker wants up or down, and the best of the others. */
export function probabilitiesOf(
  goal: Goal,
  logits: tf.Tensor2D,
): { readonly own: tf.Tensor; readonly others: tf.Tensor; readonly sign: 1 | -1 } {
  const { classes, sign } = focus(goal);
  const mask = oneHot(classes, logits);
  const logs = tf.logSoftmax(logits);
  const others = tf.max(tf.where(mask, tf.fill(logits.shape, -Infinity), logs), 1);
  return { own: tf.exp(ownScore(logs, mask)), others: tf.exp(others), sign };
}
