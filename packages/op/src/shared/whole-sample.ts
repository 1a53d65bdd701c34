import * as tf from "@tensorflow/tfjs-core";
import type { Competition } from "./competition.ts";

/** All values of a sample of this shape, [batch, ...], in one row. */
export function wholeSample(shape: readonly number[], k: number | undefined): Competition {
  return {
    k,
    toRows: (x) => tf.reshape(x, [shape[0]!, -1]),
    fromRows: (rows) => tf.reshape(rows, [...shape]),
    bySize: false,
  };
}
