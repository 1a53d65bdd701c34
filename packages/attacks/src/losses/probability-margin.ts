import * as tf from "@tensorflow/tfjs-core";
import { focus, oneHot, ownScore, type Loss } from "./loss.ts";

/**
 * The margin of the probabilities: `max_{j != y} p_j - p_y`, or `p_t - max_{j != t} p_j` for a target t. It goes through
 * `logSoftmax`, which keeps more of small probabilities than `softmax`.
 *
 * @see "Probability margin attack", arXiv 2411.15210
 */
export const probabilityMargin: Loss = (goal) => (logits) =>
  tf.tidy(() => {
    const { classes, sign } = focus(goal);
    const own = oneHot(classes, logits);
    const logs = tf.logSoftmax(logits);
    const others = tf.max(tf.where(own, tf.fill(logits.shape, -Infinity), logs), 1);
    const [chosen, best] = [tf.exp(ownScore(logs, own)), tf.exp(others)];
    return (sign > 0 ? tf.sub(chosen, best) : tf.sub(best, chosen)) as tf.Tensor1D;
  });
