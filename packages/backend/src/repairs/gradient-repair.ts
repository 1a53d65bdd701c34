import * as tf from "@tensorflow/tfjs-core";

/** A gradient of TensorFlow.js's core that is wrong or missing on every backend, and what stands in for it. */
export interface GradientRepair extends tf.GradConfig {
  /** What is wrong with TensorFlow.js's own. */
  readonly fault: string;
  /**
   * Which calls are wrong; for the others TensorFlow.js's own is used.
   *
   * @defaultValue all
   */
  applies?(attrs: tf.NamedAttrMap): boolean;
}

/** Has all backends use it. */
export function repairGradient({ applies, ...ours }: GradientRepair): void {
  const original = tf.getGradient(ours.kernelName) as tf.GradConfig | undefined;
  if (original) tf.unregisterGradient(ours.kernelName);
  if (!original || !applies) return tf.registerGradient(ours);
  tf.registerGradient({
    ...original,
    gradFunc: (dy, saved, attrs) => (applies(attrs) ? ours : original).gradFunc(dy, saved, attrs),
  });
}
