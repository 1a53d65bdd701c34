import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { inputError } from "../shared/errors.ts";
import { BATCH_SIZE, eachBatch, readWinners } from "./batches.ts";
import type { InstrumentOptions } from "./instrument-options.ts";
import { watchedLayers } from "./winners.ts";

/** The winners of one layer at some inputs, as bits. */
export interface LayerPattern {
  /** The layer's name. */
  readonly name: string;
  /** How many units it has: the values of one sample, in the order in which they lie there. */
  readonly units: number;
  /** Bytes per sample, a multiple of 4; the bits after the last unit are 0. */
  readonly stride: number;
  /** Bit `u % 8` of byte `sample * stride + floor(u / 8)` says whether unit u won. See {@link isWinner}. */
  readonly bits: Uint8Array;
}

/** Which units won at each of some inputs. */
export interface ActivationPatterns {
  readonly samples: number;
  /** In the order in which the model calls them. */
  readonly layers: readonly LayerPattern[];
}

/**
 * The activation patterns of a model: which units win in each layer, at each input. Within one pattern the network is
 * affine; where the pattern changes, a k-WTA network jumps.
 *
 * Winners are what passes a gradient: values that reach the threshold, for ReLU those above 0. The authors' code counts
 * values above 0 behind k-WTA, which leaves out winners that are not positive.
 *
 * @param model one input, any number of layers; it runs in inference mode
 * @param x [samples, ...]
 * @throws Error when the model has no layer to look at, or its activations are NaN
 *
 * @example
 * ```ts
 * const patterns = await activationPatterns(model, images);
 * isWinner(patterns.layers[0], 3, 17); // whether unit 17 of the first layer wins at image 3
 * ```
 */
export async function activationPatterns(
  model: LayersModel,
  x: tf.Tensor,
  options: InstrumentOptions = {},
): Promise<ActivationPatterns> {
  const { batchSize = BATCH_SIZE, layers = watchedLayers(model) } = options;
  const samples = x.shape[0]!;
  const patterns: LayerPattern[] = [];
  const work = { task: "activation patterns", unit: "sample" };
  await eachBatch(samples, batchSize, work, options, async (start, count) => {
    const readings = await readWinners(model, layers, tf.slice(x, [start], [count]), packBits);
    for (const [i, { name, units, shape, values }] of readings.entries()) {
      const stride = shape[1]!;
      patterns[i] ??= { name, units, stride, bits: new Uint8Array(samples * stride) };
      patterns[i].bits.set(values, start * stride);
    }
  });
  return { samples, layers: patterns };
}

/** Whether a unit of a layer wins at a sample. */
export function isWinner({ units, stride, bits }: LayerPattern, sample: number, unit: number): boolean {
  if (!(unit >= 0 && unit < units && sample >= 0 && (sample + 1) * stride <= bits.length)) {
    throw inputError(`There is no unit ${unit} at sample ${sample}: ${units} units, ${bits.length / stride} samples.`);
  }
  return ((bits[sample * stride + (unit >> 3)]! >> (unit & 7)) & 1) === 1;
}

/** Eight winners to a number, so that an eighth has to be fetched from the backend: [batch, bytes]. */
function packBits(winners: tf.Tensor2D): tf.Tensor {
  const [batch, units] = winners.shape;
  const bytes = 4 * Math.ceil(units / 32);
  const missing: [number, number] = [0, 8 * bytes - units];
  const padded = missing[1] === 0 ? winners : tf.pad(winners, [[0, 0], missing]);
  const powers = tf.tensor2d([1, 2, 4, 8, 16, 32, 64, 128], [8, 1]);
  return tf.reshape(tf.matMul(tf.reshape(padded, [-1, 8]), powers), [batch, bytes]);
}
