import type * as tf from "@tensorflow/tfjs-core";
import { goalOf, type Goal } from "../losses/goal.ts";
import type { Run } from "./open-run.ts";
import { gatherRows } from "./rows.ts";

/** Some samples of a run, attacked together. */
export interface Batch {
  readonly run: Run;
  /** Not seen by the attack, which gets a copy. */
  readonly x: tf.Tensor;
  /** Where to begin, if that was said. */
  readonly start: tf.Tensor | undefined;
  readonly ids: Int32Array;
  readonly goal: Goal;
}

/** Some rows of a run. The caller owns its tensors. */
export function batchOf(run: Run, rows: Int32Array): Batch {
  return {
    run,
    x: gatherRows(run.x, rows),
    start: run.start && gatherRows(run.start, rows),
    ids: rows.map((row) => run.ids[row]!),
    goal: goalOf(run.goal, rows),
  };
}

/** Some rows of a batch. The caller owns its tensors. */
export function partOf({ run, x, start, ids, goal }: Batch, rows: Int32Array): Batch {
  return {
    run,
    x: gatherRows(x, rows),
    start: start && gatherRows(start, rows),
    ids: rows.map((row) => ids[row]!),
    goal: goalOf(goal, rows),
  };
}
