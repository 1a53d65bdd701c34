import * as tf from "@tensorflow/tfjs-core";
import type { Backward } from "./backward.ts";
import { composeGateGrad, composeKwta, deviation, selectWinners } from "./compose.ts";
import { inputError } from "./errors.ts";
import { runKernel } from "./run-kernel.ts";
import { softTopKGrad } from "./soft-top-k.ts";

/** Who competes with whom, and by what. */
export interface Competition {
  /** Values that win in each row; undefined where nobody competes, so that soft winners are those of the gate. */
  readonly k: number | undefined;
  /** Lays x out as [rows, values], those that compete in one row; the rows of a sample are neighbours. */
  readonly toRows: (x: tf.Tensor) => tf.Tensor2D;
  /** Its inverse. */
  readonly fromRows: (rows: tf.Tensor) => tf.Tensor;
  /** Whether values compete by |x| instead of x. */
  readonly bySize: boolean;
  /** Positive factors by which values are multiplied to compete, [1, values]. @defaultValue none */
  readonly boost?: tf.Tensor | undefined;
  /**
   * What a value of each row has to reach: [rows], NaN in all rows of a sample that holds a NaN.
   *
   * @defaultValue the k-th largest of its row
   */
  readonly threshold?: (values: tf.Tensor2D) => tf.Tensor;
}

/** The winners of each row of x; the others become 0. A sample that holds a NaN comes out all NaN. */
export function compete<T extends tf.Tensor>(x: T, competition: Competition, backward: Backward): T {
  if (x.size === 0) return tf.clone(x);
  const apply = tf.customGrad((input, save) => {
    const [y, threshold] = forward(input as T, competition);
    const { boost } = competition;
    // A threshold per row and x, which the layer below holds anyway; no mask.
    (save as tf.GradSaveFunc)([input as T, threshold, ...(boost ? [boost] : [])]);
    return {
      value: y,
      gradFunc: (dy, [saved, t, own]) => gradient(dy as T, saved as T, t!, { ...competition, boost: own }, backward),
    };
  });
  return apply(x) as T;
}

/** @throws Error unless x is [batch, ...] of float32 */
export function checkBatch(what: string, x: tf.Tensor): void {
  if (x.rank >= 2 && x.dtype === "float32") return;
  throw inputError(
    `${what} takes a float32 tensor of shape [batch, ...], this is ${x.dtype} of shape [${x.shape.join(", ")}]. ` +
      "Add a batch axis with expandDims or cast it.",
  );
}

/** Dy where `values` reach their row's threshold, else 0; NaN in a row whose threshold is NaN. */
export function passWinners(dy: tf.Tensor2D, values: tf.Tensor2D, threshold: tf.Tensor): tf.Tensor2D {
  const [result] = runKernel("KwtaGrad", { dy, x: values, threshold }) ?? [];
  return (result as tf.Tensor2D | undefined) ?? selectWinners(dy, values, threshold);
}

function forward<T extends tf.Tensor>(x: T, competition: Competition): [y: T, threshold: tf.Tensor] {
  const { k, toRows, fromRows } = competition;
  const rows = toRows(x);
  const values = valuesOf(rows, competition);
  if (competition.threshold !== undefined) {
    const given = competition.threshold(values);
    return [fromRows(passWinners(rows, values, given)) as T, given];
  }
  const [winners, own] = runKernel("Kwta", { x: values }, { k: k! }) ?? composeKwta(values, k!);
  if (values === rows && rows.shape[0] === x.shape[0]) return [fromRows(winners!) as T, own!];
  const threshold = spreadNaN(own!, x.shape[0]!);
  return [fromRows(passWinners(rows, values, threshold)) as T, threshold];
}

/** What the values of each row compete by. */
function valuesOf(rows: tf.Tensor2D, { bySize, boost }: Competition): tf.Tensor2D {
  if (boost !== undefined) return tf.mul(rows, boost);
  return bySize ? tf.abs(rows) : rows;
}

/** One row whose threshold is NaN spoils all rows of its sample. */
export function spreadNaN(threshold: tf.Tensor, batch: number): tf.Tensor {
  const perSample = tf.reshape(threshold, [batch, -1]);
  if (perSample.shape[1] === 1) return threshold;
  const spoilt = tf.where(tf.any(tf.isNaN(perSample), 1, true), NaN, 0);
  return tf.reshape(tf.where(tf.isNaN(tf.add(perSample, spoilt)), tf.fill(perSample.shape, NaN), perSample), [-1]);
}

function gradient<T extends tf.Tensor>(
  dy: T,
  x: T,
  threshold: tf.Tensor,
  competition: Competition,
  backward: Backward,
): T {
  const { k, toRows, fromRows, bySize, boost } = competition;
  const [dyRows, rows] = [toRows(dy), toRows(x)];
  const values = valuesOf(rows, competition);
  const exact = (): tf.Tensor2D => passWinners(dyRows, values, threshold);
  // With v = |x| or v = b x, x sigmoid((v - t) / (T s)) has the same derivative as v sigmoid((v - t) / (T s)) at v.
  const gate = (temperature: number): tf.Tensor => gateGradient(dyRows, values, threshold, temperature, exact);
  switch (backward.kind) {
    case "gate":
      return fromRows(gate(backward.temperature)) as T;
    case "soft-top-k": {
      if (k === undefined) return fromRows(gate(backward.temperature)) as T;
      // Where all win, nothing is soft.
      if (k === values.shape[1]) return fromRows(exact()) as T;
      const scale = tf.mul(deviation(values), backward.temperature);
      const soft = { x: values, k, scale, threshold: tf.expandDims(threshold, 1), exact };
      if (!bySize && boost === undefined) return fromRows(softTopKGrad(dyRows, soft)) as T;
      // What x is multiplied by to compete; a negative value competes by its negative.
      const factor = boost ?? tf.sub(1, tf.mul(2, tf.step(tf.neg(rows))));
      const passed = (): tf.Tensor2D => tf.div(exact(), factor);
      return fromRows(tf.mul(softTopKGrad(tf.div(dyRows, factor), { ...soft, exact: passed }), factor)) as T;
    }
    default:
      return fromRows(passWinners(dyRows, values, gradientThreshold(backward.kind, threshold))) as T;
  }
}

function gateGradient(
  dy: tf.Tensor2D,
  values: tf.Tensor2D,
  threshold: tf.Tensor,
  temperature: number,
  exact: () => tf.Tensor,
): tf.Tensor {
  const [result] = runKernel("KwtaGateGrad", { dy, x: values, threshold }, { temperature }) ?? [];
  if (result) return result;
  const distance = tf.sub<tf.Tensor2D>(values, tf.expandDims(threshold, 1));
  return composeGateGrad(dy, { x: values, distance, height: values, temperature, exact });
}

/** Each gradient but the soft ones is "dy where x reaches a threshold"; that of a sample with a NaN stays NaN. */
export function gradientThreshold(kind: "exact" | "straight-through" | "relu", threshold: tf.Tensor): tf.Tensor {
  if (kind === "exact") return threshold;
  // The smallest normal number stands for "above 0": backends may take what lies below it for 0.
  const limit = kind === "relu" ? 2 ** -126 : -Infinity;
  return tf.where(tf.isNaN(threshold), threshold, tf.fill(threshold.shape, limit));
}
