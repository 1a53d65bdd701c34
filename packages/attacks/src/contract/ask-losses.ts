import * as tf from "@tensorflow/tfjs-core";
import { goalOf } from "../losses/goal.ts";
import { perSampleLoss, type LossName } from "../losses/index.ts";
import type { RunContext } from "./context.ts";
import type { ScoreOracle } from "./oracle.ts";

/**
 * The losses of points, from scores alone and of any model, `[m]`. The caller owns them.
 *
 * @param rows the row of the context that each point belongs to
 */
export async function askLosses(
  { oracle, ids, goal }: Pick<RunContext, "ids" | "goal"> & { readonly oracle: Pick<ScoreOracle, "logitsAsync"> },
  points: tf.Tensor,
  rows: Int32Array,
  loss: LossName,
): Promise<tf.Tensor1D> {
  const logits = await oracle.logitsAsync(points, idsOf(ids, rows));
  return tf.tidy(() => {
    const losses = perSampleLoss(loss, goalOf(goal, rows))(logits);
    logits.dispose();
    return losses;
  });
}

/** The samples of some rows: the very same array where they are all, by which points are known to be projected. */
export function idsOf(ids: Int32Array, rows: Int32Array): Int32Array {
  const areAll = rows.length === ids.length && rows.every((row, i) => row === i);
  return areAll ? ids : rows.map((row) => ids[row]!);
}
