import * as tf from "@tensorflow/tfjs-core";
import type { Radius } from "./norm.ts";

/**
 * The nearest point of the L1 ball and the box: every move is shortened by the same amount and then ends at its wall. The
 * amount is the least that brings the sum of the moves down to eps, which falls with it.
 *
 * @param moves sizes of the moves, `[n, d]`, not negative
 * @param walls how far each value may move, `[n, d]`
 * @param eps the sum at most: one number, or one for each row
 *
 * @see Croce, Hein: "Mind the box: l1-APGD for sparse adversarial attacks on image classifiers" (2021), section 3
 */
export function shrink(moves: tf.Tensor2D, walls: tf.Tensor2D, eps: Radius): tf.Tensor {
  return isOnGpu() ? shrinkByHalving(moves, walls, eps) : shrinkByRows(moves, walls, eps);
}

/** Where the host cannot look at values without waiting for them. */
function isOnGpu(): boolean {
  return ["webgl", "webgpu"].includes(tf.getBackend());
}

export function shrinkByRows(moves: tf.Tensor2D, walls: tf.Tensor2D, eps: Radius): tf.Tensor {
  const [n, d] = moves.shape;
  const [all, ends] = [moves.dataSync<"float32">(), walls.dataSync<"float32">()];
  const sizes = typeof eps === "number" ? undefined : eps.dataSync<"float32">();
  const out = new Float32Array(n * d);
  for (let row = 0; row < n; row++) {
    const part = [row * d, (row + 1) * d] as const;
    const [from, to] = [all.subarray(...part), ends.subarray(...part)];
    const amount = amountOf(from, to, sizes === undefined ? (eps as number) : sizes[row]!);
    for (let i = 0; i < d; i++) out[row * d + i] = Math.min(Math.max(from[i]! - amount, 0), to[i]!);
  }
  return tf.tensor(out, [n, d]);
}

/** By Newton's method, which ends on the right piece of a sum of straight pieces; where it leaves the bracket, by halving. */
function amountOf(moves: Float32Array, walls: Float32Array, eps: number): number {
  let [low, high, amount] = [0, 0, 0];
  for (const move of moves) if (move > high) high = move;
  for (let i = 0; i < ITERATIONS; i++) {
    let [sum, moving] = [0, 0];
    for (let j = 0; j < moves.length; j++) {
      const left = moves[j]! - amount;
      if (left >= walls[j]!) sum += walls[j]!;
      else if (left > 0) {
        sum += left;
        moving++;
      } else if (left !== left) return 0;
    }
    const over = sum - eps;
    if (i === 0 && over <= 0) return 0;
    if (over > 0) low = amount;
    else high = amount;
    if (Math.abs(over) <= PRECISION * eps || high - low <= PRECISION * high) break;
    const next = amount + over / moving;
    amount = next > low && next <= high ? next : (low + high) / 2;
  }
  return amount;
}

/** Halving alone would need as many for float64. */
const ITERATIONS = 60;
/** Of float32, a hundredth. */
const PRECISION = 1e-9;

export function shrinkByHalving(moves: tf.Tensor2D, walls: tf.Tensor2D, eps: Radius): tf.Tensor {
  const by = (amount: tf.Tensor | number): tf.Tensor => tf.minimum(tf.relu(tf.sub(moves, amount)), walls);
  const isOver = (amount: tf.Tensor | number): tf.Tensor => tf.greater(tf.sum(by(amount), 1, true), eps);
  const needed = isOver(0);
  let [low, high] = [tf.zerosLike(needed), tf.max(moves, 1, true)] as [tf.Tensor, tf.Tensor];
  low = tf.cast(low, "float32");
  for (let i = 0; i < HALVINGS; i++) {
    const middle = tf.mul(tf.add(low, high), 0.5);
    const over = isOver(middle);
    [low, high] = [tf.where(over, middle, low), tf.where(over, high, middle)];
  }
  return by(tf.where(needed, high, tf.zerosLike(high)));
}

/** More than float32 can tell apart. */
const HALVINGS = 30;
