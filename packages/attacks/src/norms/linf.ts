import * as tf from "@tensorflow/tfjs-core";
import type { Geometry } from "./norm.ts";

/** The maximum norm: every value may move by at most eps. */
export const linf: Geometry = {
  distance: (perturbation) => tf.tidy(() => tf.max(tf.abs(flatten(perturbation)), 1) as tf.Tensor1D),
  // By clipByValue, since maximum and minimum with a tensor are ten times slower on wasm.
  project: (x, center, eps, bounds) =>
    tf.tidy(() => {
      const perturbation = tf.clipByValue(tf.sub(x, center), -eps, eps);
      return tf.clipByValue(tf.add(center, perturbation), bounds.min, bounds.max);
    }),
  excess: (x, center, eps, bounds) =>
    tf.tidy(() => {
      const outside = tf.max(tf.abs(flatten(tf.sub(x, linf.project(x, center, eps, bounds)))), 1);
      return tf.div(outside, 1e-6 * (eps + bounds.max - bounds.min)) as tf.Tensor1D;
    }),
  steepest: (gradient) => tf.sign(gradient),
  randomInBall: (random, out, eps) => random.uniform(out, -eps, eps),
};

function flatten(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0]!, -1]);
}
