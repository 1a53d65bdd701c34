import * as tf from "@tensorflow/tfjs-core";
import { focus, oneHotNumbers, type Loss } from "./loss.ts";

/**
 * `-log softmax(z)_y`, or `log softmax(z)_t` for a target t. Of logits: losses on probabilities, such as
 * `tf.metrics.categoricalCrossentropy`, clip them, and their gradient is exactly zero once the model is sure of itself.
 */
export const crossEntropy: Loss = (goal) => {
  const { classes, sign } = focus(goal);
  // With a gradient of its own: by that of each op, on a small network the loss took longer than the network.
  const compute = tf.customGrad((logits, save) => {
    // The logits themselves, so that the gradient can be differentiated.
    (save as tf.GradSaveFunc)([logits as tf.Tensor]);
    const shifted = tf.sub(logits as tf.Tensor, tf.max(logits as tf.Tensor, 1, true)) as tf.Tensor2D;
    const own = scoresAt(classes, shifted);
    const all = tf.log(tf.sum(tf.exp(shifted), 1));
    return {
      value: sign > 0 ? tf.sub(own, all) : tf.sub(all, own),
      gradFunc(dy: tf.Tensor, [z]: tf.Tensor[]) {
        const certain = oneHotNumbers(classes, z as tf.Tensor2D);
        const likely = tf.softmax(z!);
        return tf.mul(tf.reshape(dy, [-1, 1]), sign > 0 ? tf.sub(certain, likely) : tf.sub(likely, certain));
      },
    };
  });
  return (logits) => tf.tidy(() => compute(logits) as tf.Tensor1D);
};

/** Each row's score at its class. */
function scoresAt(classes: Int32Array, scores: tf.Tensor2D): tf.Tensor {
  const places = classes.map((each, row) => row * scores.shape[1] + each);
  return tf.gather(tf.reshape(scores, [-1]), tf.tensor1d(places, "int32"));
}
