import * as tf from "@tensorflow/tfjs-core";
import type { UpdateAt, Updated } from "./optimizer.ts";

/** What {@link adamRule} is made with. */
interface AdamParams {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Adam's step, written as PyTorch has it: both means are corrected for having begun at zero, and epsilon is added to the
 * corrected root.
 */
export function adamRule({ beta1, beta2, epsilon }: AdamParams) {
  return (
    w: tf.Tensor,
    gradient: tf.Tensor,
    slots: Updated["slots"],
    { learningRate, count }: UpdateAt,
  ): readonly tf.Tensor[] => {
    const mean = tf.add(tf.mul(slots[0]!, beta1), tf.mul(gradient, 1 - beta1));
    const square = tf.add(tf.mul(slots[1]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const root = tf.add(tf.div(tf.sqrt(square), Math.sqrt(1 - beta2 ** count)), epsilon);
    return [tf.sub(w, tf.mul(tf.div(mean, root), learningRate / (1 - beta1 ** count))), mean, square];
  };
}

/** Their names. */
export const ADAM_SLOTS = ["mean", "square"] as const;
