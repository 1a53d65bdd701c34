import * as tf from "@tensorflow/tfjs-core";
import type { Norm } from "./index.ts";
import { flatten, spread } from "./rows.ts";

/** What each value can do towards a plane, all `[n, d]` or `[n, 1]`. */
interface Way {
  /** What a move of length 1 brings. */
  readonly gain: tf.Tensor;
  /** How far it is to the wall. */
  readonly room: tf.Tensor;
  /** What all moves together have to bring. */
  readonly needed: tf.Tensor;
}

/** The lengths of the moves, `[n, d]`, that bring what is needed at the smallest norm; all of the room where it is too little. */
type Cheapest = (way: Way) => tf.Tensor;

/**
 * The step from each point to the nearest point of its plane inside the box, in a norm; to the box's nearest corner where the
 * plane does not meet it. The plane is where a linear function is 0 that has the value `gap` at the point, `[n]`, and this
 * slope.
 *
 * @see Croce, Hein: "Minimally distorted adversarial examples with a fast adaptive boundary attack", 2020, section 2.2; found
 * here by Newton's method and halving, without sorting
 */
export function stepToPlane(
  norm: Exclude<Norm, "l0">,
  x: tf.Tensor,
  { gap, slope }: { readonly gap: tf.Tensor; readonly slope: tf.Tensor },
  { min, max }: { readonly min: number; readonly max: number },
): tf.Tensor {
  return tf.tidy(() => {
    const largest = tf.maximum(tf.max(tf.abs(flatten(slope)), 1, true), TINY);
    const direction = tf.neg(tf.mul(tf.sign(slope), spread(tf.sign(gap), x)));
    const gain = tf.div(flatten(tf.abs(slope)), largest);
    const room = flatten(tf.where(tf.greater(direction, 0), tf.sub(max, x), tf.sub(x, min)));
    const needed = tf.div(tf.reshape(tf.abs(gap), [-1, 1]), largest);
    const lengths = tf.where(tf.greater(gain, 0), CHEAPEST[norm]({ gain, room, needed }), tf.zerosLike(room));
    return tf.mul(direction, tf.reshape(lengths, x.shape));
  });
}

const CHEAPEST: Readonly<Record<Exclude<Norm, "l0">, Cheapest>> = {
  // All move as far as each other, those at the wall excepted.
  linf: ({ gain, room, needed }) => tf.minimum(commonLength(tf.onesLike(gain), gain, room, needed), room),
  // Each as far as its gain, times a common factor.
  l2: ({ gain, room, needed }) => tf.minimum(tf.mul(gain, commonLength(gain, gain, room, needed)), room),
  l1: dearestFirst,
};

/**
 * The factor t such that `sum(gain * min(t * speed, room))` is what is needed. By Newton's method from below, which does not
 * jump over t, since the sum is concave in it.
 */
function commonLength(speed: tf.Tensor, gain: tf.Tensor, room: tf.Tensor, needed: tf.Tensor): tf.Tensor {
  const [rates, most] = [tf.mul(gain, speed), tf.mul(gain, room)];
  const far = tf.add(tf.zerosLike(needed), FAR);
  let t = tf.zerosLike(needed);
  for (let i = 0; i < NEWTON_STEPS; i++) {
    // Compared at one shape: comparing a column with rows is slow on wasm.
    const isFree = tf.cast(tf.less(tf.mul(t, speed), room), "float32");
    const rate = tf.sum(tf.mul(rates, isFree), 1, true);
    const spent = tf.sum(tf.sub(most, tf.mul(most, isFree)), 1, true);
    const next = tf.div(tf.sub(needed, spent), tf.maximum(rate, TINY));
    t = tf.maximum(t, tf.where(tf.greater(rate, 0), next, far));
  }
  return t;
}

/** The values of largest gain go to their walls; the gain at which that is enough is found by halving. */
function dearestFirst({ gain, room, needed }: Way): tf.Tensor {
  const worth = tf.mul(gain, room);
  const above = (limit: tf.Tensor): tf.Tensor => tf.cast(tf.greater(gain, limit), "float32");
  const brought = (limit: tf.Tensor): tf.Tensor => tf.sum(tf.mul(worth, above(limit)), 1, true);
  let [low, high] = [tf.sub(tf.zerosLike(needed), 1), tf.onesLike(needed)] as [tf.Tensor, tf.Tensor];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = tf.div(tf.add(low, high), 2);
    const isTooMuch = tf.greater(brought(middle), needed);
    [low, high] = [tf.where(isTooMuch, middle, low), tf.where(isTooMuch, high, middle)];
  }
  // Those in between are alike, and share what is left to bring.
  const [least, most] = [brought(high), brought(low)];
  const part = tf.clipByValue(tf.div(tf.sub(needed, least), tf.maximum(tf.sub(most, least), TINY)), 0, 1);
  return tf.mul(room, tf.add(above(high), tf.mul(tf.sub(above(low), above(high)), part)));
}

const NEWTON_STEPS = 12;
const HALVINGS = 28;
const TINY = 1e-30;
/** Beyond every wall. */
const FAR = 1e30;
