import type { Bounds } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";

/** Images of [0, 1] in the range that a model takes. The caller disposes them; `x` stays. */
export function toBounds<T extends tf.Tensor>(x: T, { min, max }: Bounds = { min: 0, max: 1 }): T {
  if (min === 0 && max === 1) return tf.clone(x);
  // Rounding may leave a little outside.
  return tf.tidy(() => tf.clipByValue(tf.add(tf.mul(x, max - min), min), min, max));
}
