import * as tf from "@tensorflow/tfjs-core";
import type { AskOptions, Classifier } from "../contract/classifier.ts";

/** The scores of any model, `[n, classes]`. The caller owns them. */
export async function askLogits(
  classifier: Classifier,
  x: tf.Tensor,
  ids: Int32Array,
  options: AskOptions = {},
): Promise<tf.Tensor2D> {
  if (classifier.logitsAsync !== undefined) return classifier.logitsAsync(x, ids, options);
  return tf.tidy(() => classifier.logits(x, ids, options.draws));
}

/** The classes of highest score. Takes the scores over. */
export function classesOf(logits: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const classes = tf.argMax(logits, 1) as tf.Tensor1D;
    logits.dispose();
    return classes;
  });
}
