import * as tf from "@tensorflow/tfjs-core";
import type { Geometry, Radius } from "./norm.ts";
import { flatten, ROUNDING } from "./rows.ts";

/** The maximum norm: every value may move by at most eps. */
export const linf: Geometry = {
  distance: (perturbation) => tf.tidy(() => tf.max(tf.abs(flatten(perturbation)), 1) as tf.Tensor1D),
  dual: (gradient) => tf.tidy(() => tf.sum(tf.abs(flatten(gradient)), 1) as tf.Tensor1D),
  project: (x, center, eps, bounds) =>
    tf.tidy(() => tf.clipByValue(tf.add(center, clip(tf.sub(x, center), eps)), bounds.min, bounds.max)),
  excess: (x, center, eps, bounds) =>
    tf.tidy(() => {
      const outside = tf.max(tf.abs(flatten(tf.sub(x, linf.project(x, center, eps, bounds)))), 1);
      const range = bounds.max - bounds.min;
      return tf.div(outside, ROUNDING * ((typeof eps === "number" ? Math.min(eps, range) : 0) + range)) as tf.Tensor1D;
    }),
  steepest: (gradient) => tf.sign(gradient),
  randomInBall: (random, out, eps) => random.uniform(out, -eps, eps),
};

// By clipByValue where possible, since maximum and minimum with a tensor are ten times slower on wasm.
function clip(perturbation: tf.Tensor, eps: Radius): tf.Tensor {
  if (typeof eps !== "number") return tf.maximum(tf.minimum(perturbation, eps), tf.neg(eps));
  return eps === Infinity ? perturbation : tf.clipByValue(perturbation, -eps, eps);
}
