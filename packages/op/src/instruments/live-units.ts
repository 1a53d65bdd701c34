import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { BATCH_SIZE, eachBatch, readWinners } from "./batches.ts";
import type { InstrumentOptions } from "./instrument-options.ts";
import { watchedLayers } from "./winners.ts";

/** How often the units of one layer win. */
export interface LayerLife {
  /** The layer's name. */
  readonly name: string;
  /** Of how many samples. */
  readonly samples: number;
  /** For each unit, at how many samples it wins. */
  readonly wins: Uint32Array;
  /** Units that win at none of the samples. */
  readonly dead: number;
  /** Units that win at all of them. */
  readonly always: number;
}

/**
 * Counts for each unit of each layer at how many inputs it wins. Units that never do are dead: they get no gradient and
 * learn no more. The smaller gamma is, the more there are.
 *
 * @param model one input; it runs in inference mode
 * @param x [samples, ...]
 * @returns one entry for each layer, in the order in which the model calls them
 * @throws Error when the model has no layer to look at, or its activations are NaN
 * @see `activation_counts` of the authors' code
 */
export async function liveUnits(
  model: LayersModel,
  x: tf.Tensor,
  options: InstrumentOptions = {},
): Promise<LayerLife[]> {
  const { batchSize = BATCH_SIZE, layers = watchedLayers(model) } = options;
  const samples = x.shape[0]!;
  const totals: { name: string; wins: Uint32Array }[] = [];
  await eachBatch(samples, batchSize, { task: "live units", unit: "sample" }, options, async (start, count) => {
    const points = tf.slice(x, [start], [count]);
    const readings = await readWinners(model, layers, points, sumSamples);
    for (const [i, { name, units, values }] of readings.entries()) {
      const { wins } = (totals[i] ??= { name, wins: new Uint32Array(units) });
      values.forEach((more, unit) => (wins[unit]! += more));
    }
  });
  return totals.map(({ name, wins }) => {
    const count = (n: number): number => wins.reduce((sum, w) => sum + Number(w === n), 0);
    return { name, samples, wins, dead: count(0), always: count(samples) };
  });
}

/** As a product of matrices: backends that sum over the last axis only would turn the whole tensor around first. */
function sumSamples(winners: tf.Tensor2D): tf.Tensor {
  return tf.matMul(tf.ones([1, winners.shape[0]]), winners);
}
