import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "./classifier.ts";
import { verdict, type Goal } from "./goal.ts";

/** What the model says about a batch. */
export interface Verdicts {
  /** NaN where the scores are not finite. */
  readonly margins: Float32Array;
  readonly predicted: Int32Array;
  /** Whether all rows of scores lie in [0, 1] and sum to 1. */
  readonly areProbabilities: boolean;
}

/** One forward pass that no oracle counts. */
export async function classify(classifier: Classifier, x: tf.Tensor, ids: Int32Array, goal: Goal): Promise<Verdicts> {
  const n = ids.length;
  const numbers = await readBack(() => {
    const logits = classifier.logits(x, ids);
    return tf.concat([verdict(logits, goal), tf.stack([tf.min(logits, 1), tf.sum(logits, 1)])], 0);
  });
  const [least, sums] = [numbers.subarray(2 * n, 3 * n), numbers.subarray(3 * n)];
  return {
    margins: numbers.slice(0, n),
    predicted: Int32Array.from(numbers.subarray(n, 2 * n)),
    areProbabilities: least.every((min) => min >= 0) && sums.every((sum) => Math.abs(sum - 1) < 1e-4),
  };
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
