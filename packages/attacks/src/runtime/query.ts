import * as tf from "@tensorflow/tfjs-core";
import { goalOf } from "../losses/goal.ts";
import { verdictsOf, type Verdict } from "../losses/verdict.ts";
import { flatten } from "../norms/rows.ts";
import type { Batch } from "./batch.ts";
import { gatherRows, share } from "./rows.ts";

/** What was asked, and which query of its sample each row is, counted from 1; 0 where its budget was spent before. */
export interface Question {
  readonly x: tf.Tensor;
  readonly ids: Int32Array;
  /** The rows of the batch that the samples have. */
  readonly rows: Int32Array;
  readonly numbered: Uint32Array;
}

/** A question with what is needed to judge its answer, still on the backend. */
export interface Query extends Omit<Question, "ids"> {
  readonly logits: tf.Tensor2D;
  /** `[m]` each, where somebody needs them. */
  readonly measured: Measured<tf.Tensor>;
}

/** By how much each point lies outside of ball and box, unless that is known; how far it is; the sum of its gradient's sizes. */
interface Measured<T> {
  readonly excess?: T;
  readonly distance?: T;
  readonly gradient?: T;
}

/** What a query said of one of its rows. */
export interface Reading extends Verdict {
  /** At most 1 in ball and box. */
  readonly excess: number;
  /** NaN where nobody asked for it. */
  readonly distance: number;
  /** The sum of the gradient's sizes; undefined where no gradient was taken. */
  readonly gradient: number | undefined;
}

/**
 * Leaves on the backend what decides what a query's points are worth.
 *
 * @param isAllowed whether the points are known to lie in ball and box
 */
export function queryOf(
  { run, x: clean }: Batch,
  { x, rows, numbered }: Question,
  isAllowed: boolean,
  logits: tf.Tensor2D,
  gradient?: tf.Tensor,
): Query {
  const { geometry, threat, isMeasured } = run;
  const measured = tf.tidy(() => {
    const center = isAllowed && !isMeasured ? undefined : gatherRows(clean, rows);
    const distance = isMeasured ? geometry.distance(tf.sub(x, center!)) : undefined;
    return {
      ...(!isAllowed && { excess: geometry.excess(x, center!, threat.eps, threat.bounds, distance) }),
      ...(distance && { distance }),
      ...(gradient && { gradient: tf.sum(tf.abs(flatten(gradient)), 1) }),
    };
  });
  const query = { x: share(x), rows, numbered, logits: share(logits), measured };
  for (const tensor of tensorsOf(query)) tf.keep(tensor);
  return query;
}

/** What a query said of each of its rows. */
export async function readingsOf({ goal }: Batch, { rows, logits, measured }: Query): Promise<Reading[]> {
  const [scores, excess, distance, gradient] = await Promise.all([
    logits.data<"float32">(),
    measured.excess?.data<"float32">(),
    measured.distance?.data<"float32">(),
    measured.gradient?.data<"float32">(),
  ]);
  return verdictsOf(scores, goalOf(goal, rows)).map((verdict, i) => ({
    ...verdict,
    excess: excess?.[i] ?? 0,
    distance: distance?.[i] ?? Number.NaN,
    gradient: gradient?.[i],
  }));
}

export function disposeQuery(query: Query): void {
  for (const tensor of tensorsOf(query)) tensor.dispose();
}

function tensorsOf({ x, logits, measured }: Query): tf.Tensor[] {
  return [x, logits, ...Object.values(measured)];
}
