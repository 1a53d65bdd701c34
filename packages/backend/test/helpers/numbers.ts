import * as tf from "@tensorflow/tfjs-core";

export function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}

/** The largest difference, as a fraction of the largest expected value (of 1 if that is less). */
export function largestError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  const scale = expected.reduce(
    (largest, value) => (Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest),
    1,
  );
  return expected.reduce((worst, value, i) => {
    const error = Object.is(value, actual[i]) ? 0 : Math.abs(value - actual[i]!) / scale;
    return Number.isNaN(error) || error > worst ? error : worst;
  }, 0);
}

/** A tensor of numbers in [-1, 1) that depend on the shape and the seed alone. */
export function random<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  return tf.randomUniform(shape, -1, 1, "float32", seed);
}
