import * as tf from "@tensorflow/tfjs-core";
import type { Geometry, Radius } from "./norm.ts";
import { flatten, outsideBox, worseOf } from "./rows.ts";
import { topShare } from "./top-share.ts";

/** The number of values that move, however far; of an image with three channels, each channel of a pixel counts. */
export const l0: Geometry = {
  distance: (perturbation) =>
    tf.tidy(() => tf.sum(tf.cast(tf.notEqual(flatten(perturbation), 0), "float32"), 1) as tf.Tensor1D),
  dual: (gradient) => tf.tidy(() => tf.max(tf.abs(flatten(gradient)), 1) as tf.Tensor1D),
  project: (x, center, eps, bounds) =>
    tf.tidy(() => {
      const inside = tf.clipByValue(x, bounds.min, bounds.max);
      if (eps === Infinity) return inside;
      const [wanted, possible] = [flatten(tf.sub(x, center)), flatten(tf.sub(inside, center))];
      // By how much nearer to x each value comes when it may move.
      const gain = tf.mul(possible, tf.sub(tf.mul(wanted, 2), possible));
      const kept = tf.reshape(largest(gain as tf.Tensor2D, eps), x.shape);
      return tf.where(tf.greater(kept, 0), inside, center);
    }),
  excess: (x, center, eps, bounds, distance) =>
    tf.tidy(() => {
      const count = distance ?? l0.distance(tf.sub(x, center));
      const limit = typeof eps === "number" ? eps : tf.reshape(eps, [-1]);
      // Counted, not measured: one value too many is out.
      const ball = tf.where(tf.lessEqual(count, limit), tf.zerosLike(count), tf.add(count, 1));
      return worseOf(ball, outsideBox(x, bounds), bounds);
    }),
  steepest: (gradient, options) => topShare(gradient, options),
  randomInBall(random, out, eps, { min, max }) {
    const order = random.permutation(out.length);
    out.fill(0);
    for (let i = 0; i < Math.min(eps, out.length); i++) {
      out[order[i]!] = (2 * random.at(i) - 1) * (max - min);
    }
    return out;
  },
};

/** 1 at the eps largest values of each row, of equal ones at the first, else 0. */
function largest(values: tf.Tensor2D, eps: Radius): tf.Tensor {
  const [n, d] = values.shape;
  const most = typeof eps === "number" ? Math.min(Math.floor(eps), d) : d;
  if (most === 0) return tf.zerosLike(values);
  const { indices } = tf.topk(values, most);
  const taken = typeof eps === "number" ? tf.ones([n, most]) : firstOfEach(eps, n, d);
  const rows = tf.tile(tf.reshape(tf.range(0, n, 1, "int32"), [n, 1]), [1, most]);
  const places = tf.stack([tf.reshape(rows, [-1]), tf.reshape(indices, [-1])], 1);
  return tf.scatterND(tf.cast(places, "int32"), tf.reshape(taken, [-1]), [n, d]);
}

function firstOfEach(eps: tf.Tensor, n: number, d: number): tf.Tensor {
  return tf.cast(tf.less(tf.reshape(tf.range(0, d), [1, d]), tf.floor(tf.reshape(eps, [n, 1]))), "float32");
}
