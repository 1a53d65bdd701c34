import * as tf from "@tensorflow/tfjs-core";
import { goalOf } from "../losses/goal.ts";
import { flatten } from "../norms/rows.ts";
import type { Batch } from "./batch.ts";
import { gatherRows } from "./rows.ts";
import { verdict } from "./verdict.ts";

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
  readonly numbers: tf.Tensor;
}

/** What a query said of one of its rows. */
export interface Reading {
  /** NaN as soon as one score is not finite. */
  readonly margin: number;
  readonly predicted: number;
  /** At most 1 in ball and box. */
  readonly excess: number;
  /** NaN where nobody asked for it. */
  readonly distance: number;
  /** The sum of the gradient's sizes; undefined where no gradient was taken. */
  readonly gradient: number | undefined;
}

/**
 * The few numbers per row that decide what a query's points are worth, one line for each of: margin, prediction, excess,
 * distance if it `isMeasured`, size of the gradient if there is one.
 *
 * @param isAllowed whether the points are known to lie in ball and box
 */
export function numbersOf(
  { run, x: clean, goal }: Batch,
  { x, rows }: Question,
  isAllowed: boolean,
  logits: tf.Tensor2D,
  gradient?: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const { geometry, threat } = run;
    const center = isAllowed && !run.isMeasured ? undefined : gatherRows(clean, rows);
    const excess = isAllowed ? tf.zeros([rows.length]) : geometry.excess(x, center!, threat.eps, threat.bounds);
    const distance = run.isMeasured ? [geometry.distance(tf.sub(x, center!))] : [];
    const size = gradient === undefined ? [] : [tf.sum(tf.abs(flatten(gradient)), 1)];
    return tf.concat([verdict(logits, goalOf(goal, rows)), tf.stack([excess, ...distance, ...size])], 0);
  });
}

/** What {@link numbersOf} left, of row `i` of `m`. */
export function readingOf(numbers: Float32Array, m: number, i: number, isMeasured: boolean): Reading {
  const line = (at: number): number => numbers[at * m + i]!;
  const gradientLine = isMeasured ? 4 : 3;
  return {
    margin: line(0),
    predicted: line(1),
    excess: line(2),
    distance: isMeasured ? line(3) : Number.NaN,
    gradient: numbers.length > gradientLine * m ? line(gradientLine) : undefined,
  };
}
