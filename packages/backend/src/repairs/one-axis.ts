import * as tf from "@tensorflow/tfjs-core";

/*
 * What is done along one axis, on tensors of three: GPUs pad and slice no tensors of five.
 */

/** The first places of an axis. */
export function firstPlaces(x: tf.Tensor, axis: number, count: number): tf.Tensor {
  const [before, size, after] = threeSizes(x, axis);
  if (count === size) return x;
  const part = tf.slice(tf.reshape(x, [before, size, after]), [0, 0, 0], [before, count, after]);
  return tf.reshape(part, withSize(x, axis, count));
}

/** An axis made longer by zeros. */
export function withZeros(x: tf.Tensor, axis: number, size: number): tf.Tensor {
  const [before, old, after] = threeSizes(x, axis);
  if (size === old) return x;
  const whole = tf.pad(tf.reshape(x, [before, old, after]), [
    [0, 0],
    [0, size - old],
    [0, 0],
  ]);
  return tf.reshape(whole, withSize(x, axis, size));
}

/** Puts `rate - 1` zeros between the places of an axis. */
export function spread(x: tf.Tensor, rate: number, axis: number): tf.Tensor {
  if (rate === 1) return x;
  const [before, size, after] = threeSizes(x, axis);
  const padded = withZeros(tf.reshape(x, [before * size, 1, after]), 1, rate);
  const last = (size - 1) * rate + 1;
  return tf.reshape(firstPlaces(tf.reshape(padded, [before, size * rate, after]), 1, last), withSize(x, axis, last));
}

/** Every `rate`-th place of an axis: takes away what {@link spread} put in. */
export function thin(x: tf.Tensor, rate: number, axis: number): tf.Tensor {
  if (rate === 1) return x;
  const [before, last, after] = threeSizes(x, axis);
  const size = (last - 1) / rate + 1;
  const full = withZeros(tf.reshape(x, [before, last, after]), 1, size * rate);
  return tf.reshape(firstPlaces(tf.reshape(full, [before * size, rate, after]), 1, 1), withSize(x, axis, size));
}

function threeSizes({ shape }: tf.Tensor, axis: number): [before: number, size: number, after: number] {
  const count = (sizes: number[]): number => tf.util.sizeFromShape(sizes);
  return [count(shape.slice(0, axis)), shape[axis]!, count(shape.slice(axis + 1))];
}

function withSize({ shape }: tf.Tensor, axis: number, size: number): number[] {
  return shape.map((old, i) => (i === axis ? size : old));
}
