import * as tf from "@tensorflow/tfjs-core";
import { focus, oneHot, ownScore, type Loss } from "./loss.ts";

/**
 * `-log softmax(z)_y`, or `log softmax(z)_t` for a target t. It goes through `logSoftmax`: losses on probabilities, such as
 * `tf.metrics.categoricalCrossentropy`, clip them, and their gradient is exactly zero once the model is sure of itself.
 */
export const crossEntropy: Loss = (goal) => (logits) =>
  tf.tidy(() => {
    const { classes, sign } = focus(goal);
    const chosen = ownScore(tf.logSoftmax(logits), oneHot(classes, logits));
    return (sign > 0 ? chosen : tf.neg(chosen)) as tf.Tensor1D;
  });
