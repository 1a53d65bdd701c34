import * as tf from "@tensorflow/tfjs-core";
import { parseBackward, type Backward } from "../shared/backward.ts";
import { checkBatch } from "../shared/competition.ts";
import { composeGateGrad } from "../shared/compose.ts";
import { inputError } from "../shared/errors.ts";
import { runKernel } from "../shared/run-kernel.ts";

/** Options of {@link breakRelu}. */
export interface BreakReluOptions {
  /** Height of the jump at 0, a positive number. The authors' code has 5 unless told otherwise. */
  readonly height: number;
  /**
   * The gradient, see {@link parseBackward}. For the gate, which shows the jump as a slope, `(x + h) sigmoid(x / (T s)) -
   * h` is derived, s the standard deviation of the sample. Nothing competes here, so `"soft-top-k:T"` is the gate, and
   * `"relu"` is the same as `"exact"`.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
}

/**
 * ReLU with a jump: x where x > 0, else `-height`. It has the discontinuity of k-WTA without the competition. A NaN stays
 * where it is.
 *
 * @param x [batch, ...] of float32
 * @throws Error when x has no batch axis or is not float32, or height or backward cannot be used
 * @see `breakReLU` (key `brelu`) of the authors' code
 *
 * @example
 * ```ts
 * breakRelu(tf.tensor2d([[-2, 0, 3]]), { height: 1 }).print(); // [[-1, -1, 3]]
 * ```
 */
export function breakRelu<T extends tf.Tensor>(x: T, { height, backward = "exact" }: BreakReluOptions): T {
  checkBatch("breakRelu", x);
  checkHeight(height);
  const choice = parseBackward(backward);
  const apply = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as T]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => gradient(choice, dy, saved[0]!, height);
    return { value: aboveZero(input as T, input as T, -height), gradFunc };
  });
  return apply(x) as T;
}

/** @throws Error unless height is a positive number */
export function checkHeight(height: number): void {
  if (height > 0 && Number.isFinite(height)) return;
  throw inputError(`The height of the jump is ${height}; it must be a positive number. For no jump use relu.`);
}

/** `values` where x is above 0 or NaN, else `other`. Compared with a tensor, since wasm is slow with a single number. */
function aboveZero<T extends tf.Tensor>(values: T, x: T, other: number): T {
  const [result] = runKernel("BreakReluPass", { dy: values, x }, { other }) ?? [];
  return (result ?? tf.where(tf.lessEqual(x, tf.zerosLike(x)), tf.fill(x.shape, other), values)) as T;
}

function gradient<T extends tf.Tensor>(backward: Backward, dy: T, x: T, height: number): T {
  if (backward.kind === "straight-through") return tf.clone(dy);
  if (!("temperature" in backward) || x.size === 0) return aboveZero(dy, x, 0);
  const flat = (tensor: tf.Tensor): tf.Tensor2D => tf.reshape(tensor, [x.shape[0]!, -1]);
  const values = flat(x);
  const slope = composeGateGrad(flat(dy), {
    x: values,
    distance: values,
    height: tf.add(values, height),
    temperature: backward.temperature,
    exact: () => flat(aboveZero(dy, x, 0)),
  });
  return tf.reshape(slope, x.shape) as T;
}
