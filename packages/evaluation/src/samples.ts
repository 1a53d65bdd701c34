import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";

/** Images to evaluate on. */
export interface Samples {
  /** [n, ...one sample], in the classifier's bounds. */
  readonly x: tf.Tensor;
  readonly labels: Int32Array;
  /** Stable sample ids: random numbers are keyed by them, so that a sample meets the same attack in any selection. */
  readonly ids: Int32Array;
}

/** The samples at some positions, as tensors of their own. */
export function select({ x, labels, ids }: Samples, positions: readonly number[]): Samples {
  return {
    x: tf.tidy(() => tf.gather(x, tf.tensor1d(Int32Array.from(positions), "int32"))),
    labels: Int32Array.from(positions, (i) => labels[i]!),
    ids: Int32Array.from(positions, (i) => ids[i]!),
  };
}

/** @throws InputError when the parts have different lengths, or are empty */
export function checkSamples({ x, labels, ids }: Samples): void {
  const sizes = [x.shape[0], labels.length, ids.length];
  if (new Set(sizes).size !== 1 || sizes[0] === 0) {
    throw new InputError(
      `Images, labels and ids must be equally many, and at least one; there are ${show(sizes)}. Check how they were cut.`,
    );
  }
}
