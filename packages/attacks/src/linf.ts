import * as tf from "@tensorflow/tfjs-core";
import type { Geometry } from "./geometry.ts";

/** The maximum norm: every value may move by at most eps. */
export const linf: Geometry = {
  norm: "linf",
  distance: (perturbation) =>
    tf.tidy(() => {
      const flat = tf.reshape(perturbation, [perturbation.shape[0]!, -1]);
      return tf.max(tf.abs(flat), 1) as tf.Tensor1D;
    }),
  // By clipByValue, since maximum and minimum with a tensor are ten times slower on wasm.
  project: (x, center, { eps, bounds }) =>
    tf.tidy(() => {
      const perturbation = tf.clipByValue(tf.sub(x, center), -eps, eps);
      return tf.clipByValue(tf.add(center, perturbation), bounds.min, bounds.max);
    }),
  steepest: (gradient) => tf.sign(gradient),
  randomInBall: (random, out, eps) => random.uniform(out, -eps, eps),
};
