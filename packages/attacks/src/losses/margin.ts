import * as tf from "@tensorflow/tfjs-core";
import { focus, oneHot, ownScore, type Loss } from "./loss.ts";

/**
 * `max_{j != y} z_j - z_y`, or `z_t - max_{j != t} z_j` for a target t. Positive where the attack succeeds; its gradient
 * does not fade.
 */
export const margin: Loss = (goal) => (logits) =>
  tf.tidy(() => {
    const { classes, sign } = focus(goal);
    const own = oneHot(classes, logits);
    const others = tf.max(tf.where(own, tf.fill(logits.shape, -Infinity), logits), 1);
    const chosen = ownScore(logits, own);
    return (sign > 0 ? tf.sub(chosen, others) : tf.sub(others, chosen)) as tf.Tensor1D;
  });
