import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

const FAULT = "its shape is that of the output where an input was repeated along an axis: an error";

/** dy goes to the larger one; to the first of equal ones. */
export const maximum: GradientRepair = ofTwo(tf.Maximum, (dy, a, b) => {
  const first = tf.cast(tf.greaterEqual(a, b), "float32");
  return [tf.mul(dy, first), tf.mul(dy, tf.sub(1, first))];
});

/** dy goes to the smaller one; to the first of equal ones. */
export const minimum: GradientRepair = ofTwo(tf.Minimum, (dy, a, b) => {
  const first = tf.cast(tf.lessEqual(a, b), "float32");
  return [tf.mul(dy, first), tf.mul(dy, tf.sub(1, first))];
});

/** Twice the difference, with opposite signs. */
export const squaredDifference: GradientRepair = ofTwo(tf.SquaredDifference, (dy, a, b) => {
  const byFirst = tf.mul(dy, tf.mul(tf.sub(a, b), 2));
  return [byFirst, tf.neg(byFirst)];
});

/** Matrix products of batches. */
export const batchMatMul: GradientRepair = {
  fault: FAULT,
  kernelName: tf.BatchMatMul,
  inputsToSave: ["a", "b"],
  gradFunc(dy, saved, attrs) {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs;
    const y = dy as tf.Tensor;
    return {
      a: () => sumTo(transposeA ? tf.matMul(b, y, transposeB, true) : tf.matMul(y, b, false, !transposeB), a.shape),
      b: () => sumTo(transposeB ? tf.matMul(y, a, true, transposeA) : tf.matMul(a, y, !transposeA, false), b.shape),
    };
  },
};

function ofTwo(
  kernelName: string,
  gradients: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => readonly [tf.Tensor, tf.Tensor],
): GradientRepair {
  return {
    fault: FAULT,
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc(dy, saved) {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const by = (which: 0 | 1) => () => sumTo(gradients(dy as tf.Tensor, a, b)[which], saved[which]!.shape);
      return { a: by(0), b: by(1) };
    },
  };
}

/** Adds up what belongs to one number that was repeated. */
function sumTo(x: tf.Tensor, shape: number[]): tf.Tensor {
  const missing = x.rank - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size > 1) ? [axis] : [],
  );
  return axes.length === 0 ? x : tf.reshape(tf.sum(x, axes), shape);
}
