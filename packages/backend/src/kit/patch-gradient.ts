import * as tf from "@tensorflow/tfjs-core";

/** A gradient of ours. Gradients belong to all backends; this one is used on some, the one that was there elsewhere. */
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

/** Has a backend use a gradient of ours. */
export function patchGradient({ kernelName, gradient, applies }: GradientPatch, backendName: string): void {
  const original = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    ...original,
    gradFunc(dy, saved, attrs) {
      // A gradient that is computed while another one is recorded is the inner one of two.
      const recording = tf.engine().state.gradientDepth > 0;
      return tf.getBackend() === backendName && applies(saved, recording)
        ? gradient(dy as tf.Tensor, saved, attrs)
        : original.gradFunc(dy, saved, attrs);
    },
  });
}
