import * as tf from "@tensorflow/tfjs-core";
import type { Bounds } from "./bounds.ts";
import type { Radius } from "./norm.ts";

/** One row per sample. */
export function flatten(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, -1]);
}

/** A number per sample in a shape that spreads over the samples' values. */
export function spread(numbers: tf.Tensor, like: tf.Tensor): tf.Tensor {
  return tf.reshape(numbers, [like.shape[0]!, ...new Array<number>(like.rank - 1).fill(1)]);
}

/** The same number for each of n samples. */
export function perSample(n: number, value: number): tf.Tensor1D {
  return tf.tidy(() => tf.mul(tf.ones([n]), value));
}

/** Rows of one tensor where a condition per sample holds, else of another; the condition is `[n]`, of any type. */
export function pickRows(which: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const n = a.shape[0]!;
    const [ofA, ofB] = [tf.range(0, n, 1, "int32"), tf.range(n, 2 * n, 1, "int32")];
    const rows = tf.reshape(tf.where(tf.cast(which, "bool"), ofA, ofB), [n, 1]);
    // By whole rows: a condition that is spread over the values of its row takes 20 times as long on wasm.
    return tf.reshape(tf.gatherND(tf.concat([flatten(a), flatten(b)], 0), rows), a.shape);
  });
}

/** Some values of each row, `[n, d]` and places `[n, m]` to `[n, m]`. (On wasm `gather` in batches mistakes the row.) */
export function valuesAt(x: tf.Tensor, places: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => {
    const [n, m] = places.shape as [number, number];
    const rows = tf.tile(tf.reshape(tf.range(0, n, 1, "int32"), [n, 1]), [1, m]);
    const pairs = tf.stack([tf.reshape(rows, [-1]), tf.reshape(places, [-1])], 1);
    return tf.reshape(tf.gatherND(x, tf.cast(pairs, "int32")), [n, m]);
  });
}

/** A ball so many times as large. */
export function timesRadius(eps: Radius, factor: number): Radius {
  if (factor === 1) return eps;
  return typeof eps === "number" ? eps * factor : tf.mul(eps, factor);
}

/** Whether a point at this distance lies in a ball of this size: rounding may have put it just outside. */
export function isWithin(distance: number, size: number, { min, max }: Bounds): boolean {
  return distance <= size * (1 + 10 * ROUNDING) + ROUNDING * (max - min);
}

/** By how much each point leaves the box, `[n]`. */
export function outsideBox(x: tf.Tensor, { min, max }: Bounds): tf.Tensor1D {
  return tf.tidy(() => tf.max(tf.abs(flatten(tf.sub(x, tf.clipByValue(x, min, max)))), 1) as tf.Tensor1D);
}

/** The larger of the excess over the ball and over the box, `[n]`; NaN where a point is. */
export function worseOf(ball: tf.Tensor, outside: tf.Tensor1D, { min, max }: Bounds): tf.Tensor1D {
  return tf.tidy(() => tf.maximum(ball, tf.div(outside, ROUNDING * (max - min))) as tf.Tensor1D);
}

/** What rounding to float32 may add to a number, as a share of it, several times over. */
export const ROUNDING = 1e-6;
