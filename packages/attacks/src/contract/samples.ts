import type * as tf from "@tensorflow/tfjs-core";

/** Inputs with their true classes: what is attacked, evaluated or predicted. */
export interface Samples {
  /** `[n, ...inputShape]`, float32, inside the classifier's bounds. Stays the caller's, unchanged. */
  readonly x: tf.Tensor;
  /** True classes, `[n]`: an array of whole numbers of any kind. */
  readonly labels: ArrayLike<number>;
  /**
   * A number per sample that stays the same from run to run, such as its place in the data set: random numbers go by it,
   * so that a sample meets the same attack in any selection.
   *
   * @defaultValue 0, 1, 2, ...
   */
  readonly ids?: ArrayLike<number> | undefined;
}

/** Samples whose labels and ids were checked: copies that nobody else can change. */
export interface CheckedSamples {
  /** The caller's. */
  readonly x: tf.Tensor;
  readonly labels: Int32Array;
  readonly ids: Int32Array;
}
