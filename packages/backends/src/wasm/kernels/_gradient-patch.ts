import type * as tf from "@tensorflow/tfjs-core";

/** A gradient of ours. Gradients belong to all backends; this one is used on wasm, the one that was there elsewhere. */
export interface GradientPatch {
  readonly kernelName: string;
  /**
   * Whether it can do this one; else the one that was there is used.
   *
   * @param recording whether the gradient will itself be differentiated
   */
  applies(saved: readonly tf.Tensor[], recording: boolean): boolean;
  gradient(dy: tf.Tensor, saved: tf.Tensor[], attrs: tf.NamedAttrMap): ReturnType<tf.GradFunc>;
}
