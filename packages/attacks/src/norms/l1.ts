import * as tf from "@tensorflow/tfjs-core";
import type { Geometry } from "./norm.ts";
import { flatten, outsideBox, ROUNDING, spread, worseOf } from "./rows.ts";
import { shrink } from "./shrink.ts";
import { topShare } from "./top-share.ts";

/** The sum of the moves of all values. */
export const l1: Geometry = {
  distance: (perturbation) => tf.tidy(() => tf.sum(tf.abs(flatten(perturbation)), 1) as tf.Tensor1D),
  dual: (gradient) => tf.tidy(() => tf.max(tf.abs(flatten(gradient)), 1) as tf.Tensor1D),
  project: (x, center, eps, bounds) =>
    tf.tidy(() => {
      if (eps === Infinity) return tf.clipByValue(x, bounds.min, bounds.max);
      const move = tf.sub(x, center);
      const walls = tf.where(tf.greater(move, 0), tf.sub(bounds.max, center), tf.sub(center, bounds.min));
      const kept = shrink(flatten(tf.abs(move)), flatten(walls), typeof eps === "number" ? eps : flatten(eps));
      const moved = tf.mul(tf.sign(move), tf.reshape(kept, x.shape));
      return tf.clipByValue(tf.add(center, moved), bounds.min, bounds.max);
    }),
  excess: (x, center, eps, bounds, distance) =>
    tf.tidy(() => {
      const size = distance ?? l1.distance(tf.sub(x, center));
      const limit = typeof eps === "number" ? tf.scalar(eps) : tf.reshape(eps, [-1]);
      // Each value of x is rounded on its own, and so many roundings add up.
      const noise = ROUNDING * (bounds.max - bounds.min) * 0.05 * (x.size / x.shape[0]!);
      const ball = tf.div(tf.sub(size, limit), tf.add(tf.mul(limit, ROUNDING), noise));
      return worseOf(eps === Infinity ? tf.mul(size, 0) : ball, outsideBox(x, bounds), bounds);
    }),
  steepest: (gradient, options) =>
    tf.tidy(() => {
      const signs = topShare(gradient, options);
      return tf.div(signs, spread(tf.maximum(l1.distance(signs), 1), gradient));
    }),
  randomInBall(random, out, eps) {
    // Exponential variables over their sum, with one more for what is not used, are uniform on the simplex.
    random.uniform(out);
    for (let i = 0; i < out.length; i++) out[i] = -Math.log(1 - out[i]!);
    const unused = -Math.log(1 - random.at(out.length));
    const total = out.reduce((sum, value) => sum + value, unused);
    for (let i = 0; i < out.length; i++) {
      const sign = random.at(out.length + 1 + i) < 0.5 ? -1 : 1;
      out[i]! *= total === 0 ? 0 : (sign * eps) / total;
    }
    return out;
  },
};
