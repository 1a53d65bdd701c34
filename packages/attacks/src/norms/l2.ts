import * as tf from "@tensorflow/tfjs-core";
import type { Geometry } from "./norm.ts";
import { flatten, outsideBox, ROUNDING, spread, worseOf } from "./rows.ts";

/** The Euclidean norm of a sample's perturbation, all values together. */
export const l2: Geometry = {
  distance: euclidean,
  dual: (gradient) =>
    tf.tidy(() => {
      const { scaled, largest } = scale(gradient);
      return tf.mul(euclidean(scaled), tf.reshape(largest, [-1])) as tf.Tensor1D;
    }),
  // Shrinks towards the centre, then cuts at the box, which shrinks too: inside both, though not always the nearest point.
  project: (x, center, eps, bounds) =>
    tf.tidy(() => {
      if (eps === Infinity) return tf.clipByValue(x, bounds.min, bounds.max);
      const perturbation = tf.sub(x, center);
      const size = spread(euclidean(perturbation), x);
      const factor = tf.div(eps, tf.maximum(size, tf.maximum(eps, TINY)));
      return tf.clipByValue(tf.add(center, tf.mul(perturbation, factor)), bounds.min, bounds.max);
    }),
  excess: (x, center, eps, bounds, distance) =>
    tf.tidy(() => {
      const size = distance ?? euclidean(tf.sub(x, center));
      const limit = typeof eps === "number" ? tf.scalar(eps) : tf.reshape(eps, [-1]);
      // Each value of x is rounded on its own, and so many roundings add up.
      const noise = ROUNDING * (bounds.max - bounds.min) * 0.1 * Math.sqrt(x.size / x.shape[0]!);
      const ball = tf.div(tf.sub(size, limit), tf.add(tf.mul(limit, ROUNDING), noise));
      return worseOf(eps === Infinity ? tf.mul(size, 0) : ball, outsideBox(x, bounds), bounds);
    }),
  steepest: (gradient) =>
    tf.tidy(() => {
      const { scaled } = scale(gradient);
      return tf.div(scaled, tf.maximum(spread(euclidean(scaled), gradient), TINY));
    }),
  randomInBall(random, out, eps) {
    const d = out.length;
    random.normal(out);
    const size = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0));
    // The numbers after those of the normal distribution, which takes an even number of them.
    const radius = eps * random.at(d + (d % 2)) ** (1 / d);
    for (let i = 0; i < d; i++) out[i]! *= size === 0 ? 0 : radius / size;
    return out;
  },
};

/** The smallest normal float32. */
const TINY = 2 ** -126;

/** Divided by the largest value of each row: the square of a small gradient would be 0. */
function scale(gradient: tf.Tensor): { readonly scaled: tf.Tensor; readonly largest: tf.Tensor } {
  const largest = spread(tf.max(tf.abs(flatten(gradient)), 1), gradient);
  return { scaled: tf.div(gradient, tf.maximum(largest, TINY)), largest };
}

function euclidean(perturbation: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => tf.sqrt(tf.sum(tf.square(flatten(perturbation)), 1)) as tf.Tensor1D);
}
