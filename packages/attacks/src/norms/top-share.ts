import * as tf from "@tensorflow/tfjs-core";
import type { SteepestOptions } from "./norm.ts";
import { flatten, valuesAt } from "./rows.ts";

/**
 * The signs of the gradient where it is largest, 0 elsewhere: the values that a norm which charges for each of them moves
 * first. Equal ones go together.
 */
export function topShare(gradient: tf.Tensor, { at, share = 0 }: SteepestOptions = {}): tf.Tensor {
  return tf.tidy(() => {
    const sizes = flatten(tf.abs(at === undefined ? gradient : tf.mul(gradient, canMove(gradient, at))));
    const least = typeof share === "number" ? kthLargest(sizes, share) : kthLargestOfEach(sizes, share);
    // Where even the largest is 0, nothing moves.
    const chosen = tf.logicalAnd(tf.greaterEqual(sizes, least), tf.greater(sizes, 0));
    return tf.mul(tf.sign(gradient), tf.reshape(tf.cast(chosen, "float32"), gradient.shape));
  });
}

/** 1 where a step along the gradient does not lead into a wall of the box, else 0. */
export function canMove(gradient: tf.Tensor, { x, bounds }: NonNullable<SteepestOptions["at"]>): tf.Tensor {
  const up = tf.greater(gradient, 0);
  // Not by tf.where: that of TensorFlow.js on wasm writes beyond the end of what it chooses from bool tensors.
  const room = tf.logicalOr(
    tf.logicalAnd(up, tf.less(x, bounds.max)),
    tf.logicalAnd(tf.logicalNot(up), tf.greater(x, bounds.min)),
  );
  return tf.cast(room, "float32");
}

function kthLargest(sizes: tf.Tensor2D, share: number): tf.Tensor {
  const k = Math.max(1, Math.round(share * sizes.shape[1]));
  return tf.slice(tf.topk(sizes, k).values, [0, k - 1], [-1, 1]);
}

function kthLargestOfEach(sizes: tf.Tensor2D, share: tf.Tensor1D): tf.Tensor {
  const [n, d] = sizes.shape;
  const place = tf.sub(tf.clipByValue(tf.round(tf.mul(share, d)), 1, d), 1);
  return valuesAt(tf.topk(sizes, d).values, tf.reshape(tf.cast(place, "int32"), [n, 1]));
}
