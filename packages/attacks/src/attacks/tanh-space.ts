import * as tf from "@tensorflow/tfjs-core";
import type { Bounds } from "../norms/bounds.ts";

/**
 * Where the hyperbolic tangent leads to these points of the box. Its walls are drawn in by a millionth, so that points on
 * them are not infinitely far, and can move.
 */
export function fromBox(x: tf.Tensor, { min, max }: Bounds): tf.Tensor {
  return tf.tidy(() => {
    const unit = tf.mul(tf.div(tf.sub(x, (min + max) / 2), (max - min) / 2), 1 - 1e-6);
    return tf.div(tf.log(tf.div(tf.add(1, unit), tf.sub(1, unit))), 2);
  });
}

/** The way back, always inside the box. */
export function toBox(w: tf.Tensor, { min, max }: Bounds): tf.Tensor {
  return tf.tidy(() => tf.clipByValue(tf.add(tf.mul(tf.tanh(w), (max - min) / 2), (min + max) / 2), min, max));
}

/** The slope of {@link toBox} in units of the data range, at the point that it leads to. */
export function slopeAt(x: tf.Tensor, { min, max }: Bounds): tf.Tensor {
  return tf.tidy(() => {
    const unit = tf.div(tf.sub(x, (min + max) / 2), (max - min) / 2);
    return tf.div(tf.sub(1, tf.square(unit)), 2);
  });
}
