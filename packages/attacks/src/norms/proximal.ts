import * as tf from "@tensorflow/tfjs-core";
import { flatten } from "./rows.ts";
import { excessThreshold } from "./thresholds.ts";
import type { Norm } from "./index.ts";

/**
 * The proximal operator of a norm: the point that minimises `weight * |z| + |z - x|^2 / 2`, for each row.
 *
 * @param x `[n, d]`
 * @param weight `[n, 1]`, positive
 */
export type Proximal = (x: tf.Tensor2D, weight: tf.Tensor) => tf.Tensor;

/**
 * Those of all norms. L0 has that of `sum(|z|^(2/3))`, which lets values go one by one where that of the count itself lets
 * go of all below a size at once.
 *
 * @see Parikh, Boyd: "Proximal algorithms", 2014, section 6.5; for 2/3 Cao, Sun, Xu: "Fast image deconvolution using
 * closed-form thresholding formulas of Lq (q = 1/2, 2/3) regularization", 2013, theorem 1
 */
export const PROXIMAL: Readonly<Record<Norm, Proximal>> = {
  linf: (x, weight) =>
    tf.tidy(() => {
      const sizes = tf.abs(x);
      return tf.mul(tf.sign(x), tf.minimum(sizes, excessThreshold(sizes, weight)));
    }),
  l2: (x, weight) =>
    tf.tidy(() => {
      const size = tf.sqrt(tf.sum(tf.square(x), 1, true));
      return tf.mul(x, tf.relu(tf.sub(1, tf.div(weight, tf.maximum(size, TINY)))));
    }),
  l1: (x, weight) => tf.tidy(() => tf.mul(tf.sign(x), tf.relu(tf.sub(tf.abs(x), weight)))),
  l0: twoThirds,
};

/** One value after the other: 0 below a size, above it the largest root of a quartic. */
function twoThirds(x: tf.Tensor2D, weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const square = tf.div(tf.square(x), 16);
    const cube = tf.mul(tf.pow(weight, 3), 8 / 729);
    const discriminant = tf.sub(tf.square(square), cube);
    const upper = tf.add(square, tf.sqrt(tf.relu(discriminant)));
    // The lower one is `square - sqrt(discriminant)`, of which rounding would leave nothing.
    const lower = tf.div(cube, tf.maximum(upper, TINY));
    const sum = tf.mul(tf.add(cubeRoot(upper), cubeRoot(lower)), 2);
    const low = tf.sqrt(tf.maximum(sum, TINY));
    const high = tf.sqrt(tf.relu(tf.sub(tf.div(tf.mul(tf.abs(x), 2), low), sum)));
    const value = tf.mul(tf.sign(x), tf.div(tf.pow(tf.add(low, high), 3), 8));
    // From the size on at which the root costs no more than 0 does; it is a local minimum from a smaller size on.
    const isKept = tf.greaterEqual(tf.square(square), tf.mul(cube, 27 / 16));
    return tf.where(isKept, value, tf.zerosLike(x));
  });
}

function cubeRoot(x: tf.Tensor): tf.Tensor {
  return tf.pow(x, 1 / 3);
}

const TINY = 1e-30;

/** The same on points of any shape. */
export function proximalOf(norm: Norm, x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.reshape(PROXIMAL[norm](flatten(x), tf.reshape(weight, [-1, 1])), x.shape));
}
