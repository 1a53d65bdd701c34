import type { GradientPatch } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";

/** The gradient of `tf.sum`: dy for each value that was added, by copying instead of multiplying with ones. */
export const sumGradient: GradientPatch = {
  kernelName: tf.Sum,
  applies: () => true,
  gradient: (dy, [x], attrs) => ({ x: () => repeat(dy, x!, attrs) }),
};

/** The gradient of `tf.mean`, see {@link sumGradient}. */
export const meanGradient: GradientPatch = {
  kernelName: tf.Mean,
  applies: () => true,
  gradient: (dy, [x], attrs) => ({ x: () => repeat(tf.div(dy, x!.size / dy.size), x!, attrs) }),
};

function repeat(dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap): tf.Tensor {
  const axes = tf.util.parseAxisParam(attrs["axis"] as number | number[], x.shape);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const times = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return tf.tile(tf.reshape(dy, kept), times);
}
