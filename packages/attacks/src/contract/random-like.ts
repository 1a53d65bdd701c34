import type { KeyedRandom, Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "./context.ts";
import type { Access } from "./oracle.ts";

/**
 * A tensor in the shape of `ctx.x`, each sample filled from its own random numbers, so that it does not depend on the
 * batch.
 *
 * @param fill fills one sample
 */
export function randomLike(
  ctx: Pick<RunContext<Access, Params>, "x" | "ids" | "random">,
  purpose: string,
  fill: (random: KeyedRandom, out: Float32Array, row: number) => void,
  step = 0,
): tf.Tensor {
  const { x, ids } = ctx;
  const size = x.size / ids.length;
  const values = new Float32Array(x.size);
  for (const [row, id] of ids.entries()) {
    fill(ctx.random(purpose, id, step), values.subarray(row * size, (row + 1) * size), row);
  }
  return tf.tensor(values, x.shape);
}
