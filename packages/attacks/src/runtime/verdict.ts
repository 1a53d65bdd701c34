import * as tf from "@tensorflow/tfjs-core";
import type { Goal } from "../losses/goal.ts";
import { LOSSES } from "../losses/index.ts";

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

/** The values of a tensor that `f` makes; everything else that it makes is disposed. */
export async function readBack(f: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(f);
  try {
    return await tensor.data<"float32">();
  } finally {
    tensor.dispose();
  }
}
