import type * as tf from "@tensorflow/tfjs-core";
import type { layers, LayersModel } from "@tensorflow/tfjs-layers";
import { abortError, inputError } from "../shared/errors.ts";
import type { InstrumentOptions } from "./instrument-options.ts";
import { watchWinners } from "./winners.ts";

/** Points per batch, unless told otherwise. */
export const BATCH_SIZE = 64;

/** What was read of one layer in one batch. */
export interface Reading {
  readonly name: string;
  readonly units: number;
  readonly shape: number[];
  readonly values: Float32Array;
}

/** Calls `f` for each batch of `total` things, one after the other, with time for timers and signals between them. */
export async function eachBatch(
  total: number,
  batchSize: number,
  { task, unit }: { readonly task: string; readonly unit: string },
  { signal, onProgress }: InstrumentOptions,
  f: (start: number, count: number) => Promise<void>,
): Promise<void> {
  if (!(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw inputError(`The batch size is ${batchSize}; it must be a whole number of at least 1.`);
  }
  for (let start = 0; start < total; start += batchSize) {
    if (start > 0) await new Promise<void>((resolve) => setTimeout(resolve, 0));
    if (signal?.aborted) throw abortError();
    const count = Math.min(batchSize, total - start);
    await f(start, count);
    onProgress?.({ task, done: start + count, total, unit });
  }
}

/** Runs a model on points, which it disposes, and fetches what `reduce` makes of each layer's winners. */
export async function readWinners(
  model: LayersModel,
  watched: readonly layers.Layer[],
  points: tf.Tensor,
  reduce: (winners: tf.Tensor2D) => tf.Tensor,
): Promise<Reading[]> {
  try {
    const results = watchWinners(model, watched, points, reduce);
    const readings = results.map(async ({ name, units, value }) => {
      const values = await value.data<"float32">();
      return { name, units, shape: value.shape, values };
    });
    try {
      return (await Promise.all(readings)).map(checkNaN);
    } finally {
      for (const { value } of results) value.dispose();
    }
  } finally {
    points.dispose();
  }
}

function checkNaN(reading: Reading): Reading {
  if (!reading.values.some(Number.isNaN)) return reading;
  throw inputError(
    `The values before layer ${JSON.stringify(reading.name)} hold NaN at some input, so nobody wins there. ` +
      "Look at the inputs and the weights.",
  );
}
