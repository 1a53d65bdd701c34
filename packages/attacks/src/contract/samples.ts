import type * as tf from "@tensorflow/tfjs-core";

/** Inputs with their true classes: what is attacked, evaluated or predicted. */
export interface Samples {
  /** `[n, ...inputShape]`, float32, inside the classifier's bounds. Stays the caller's, unchanged. */
  readonly x: tf.Tensor;
  /** True classes, `[n]`. */
  readonly labels: Int32Array;
  /**
   * A number per sample that stays the same from run to run, such as its place in the data set: random numbers go by it,
   * so that a sample meets the same attack in any selection.
   *
   * @defaultValue 0, 1, 2, ...
   */
  readonly ids?: Int32Array | undefined;
}
