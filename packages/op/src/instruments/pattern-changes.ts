import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { inputError } from "../shared/errors.ts";
import { BATCH_SIZE, eachBatch, readWinners } from "./batches.ts";
import type { InstrumentOptions } from "./instrument-options.ts";
import { watchedLayers } from "./winners.ts";

/** Options of {@link patternChanges}. */
export interface PatternChangesOptions extends InstrumentOptions {
  /**
   * Equal steps into which each segment is cut.
   *
   * @defaultValue 100
   */
  readonly steps?: number | undefined;
  /**
   * A step counts where more units than this change sides; one count for each.
   *
   * @defaultValue `[0, 5, 10]`, as in the authors' code
   */
  readonly thresholds?: readonly number[] | undefined;
}

/** How often the activation pattern changes along segments. */
export interface PatternChanges {
  readonly steps: number;
  readonly thresholds: readonly number[];
  /** For each threshold, at how many of a sample's steps more units than that change sides. */
  readonly counts: readonly Uint32Array[];
  /** How many units, over all layers, change sides at step s of a sample: entry `sample * steps + s`. */
  readonly distances: Uint32Array;
}

/**
 * Follows the activation pattern of a model along the segments from x to x + delta. Each is cut into `steps` steps, and
 * the patterns at both ends of a step are compared. Where the pattern changes, a ReLU network bends and a k-WTA network
 * jumps.
 *
 * The patterns are compared on the backend, and one number a layer and step is fetched. The authors' code does the same
 * without the last step and without the steps between two of its batches.
 *
 * @param model one input; it runs in inference mode
 * @param x [samples, ...]
 * @param delta in x's shape
 * @throws Error when the shapes differ, steps cannot be used, the model has no layer to look at, or its activations are
 * NaN
 * @see `cross_diff_test` of the authors' code
 *
 * @example
 * ```ts
 * const { counts } = await patternChanges(model, images, tf.sub(adversarial, images), { steps: 1000 });
 * counts[0][7]; // of 1000 steps, those at which any unit changes sides, for image 7
 * ```
 */
export async function patternChanges(
  model: LayersModel,
  x: tf.Tensor,
  delta: tf.Tensor,
  options: PatternChangesOptions = {},
): Promise<PatternChanges> {
  const { batchSize = BATCH_SIZE, layers = watchedLayers(model), steps = 100, thresholds = [0, 5, 10] } = options;
  checkSegments(x, delta, steps);
  const samples = x.shape[0]!;
  const pieces = cut(samples, steps, batchSize);
  const distances = new Uint32Array(samples * steps);
  await eachBatch(pieces.length, 1, { task: "pattern changes", unit: "batch" }, options, async (index) => {
    const piece = pieces[index]!;
    const points = pointsOf(piece, x, delta, steps);
    const readings = await readWinners(model, layers, points, (winners) => neighbourDistances(winners, piece));
    for (const { values } of readings) {
      values.forEach((distance, i) => {
        const sample = piece.sample + Math.floor(i / piece.steps);
        distances[sample * steps + piece.step + (i % piece.steps)]! += distance;
      });
    }
  });
  const counts = thresholds.map((threshold) => countAbove(distances, threshold, samples, steps));
  return { steps, thresholds, counts, distances };
}

/** Steps of neighbouring samples that go through the model at once. */
interface Piece {
  readonly sample: number;
  readonly samples: number;
  readonly step: number;
  readonly steps: number;
}

/** Whole segments where they fit into a batch, else parts of one, which share the point between them. */
function cut(samples: number, steps: number, batchSize: number): Piece[] {
  const pieces: Piece[] = [];
  const together = Math.max(1, Math.floor(batchSize / (steps + 1)));
  const most = Math.min(steps, Math.max(1, batchSize - 1));
  for (let sample = 0; sample < samples; sample += together) {
    for (let step = 0; step < steps; step += most) {
      pieces.push({ sample, samples: Math.min(together, samples - sample), step, steps: Math.min(most, steps - step) });
    }
  }
  return pieces;
}

/** The points at the ends of a piece's steps: [samples * (steps + 1), ...]. */
function pointsOf(piece: Piece, x: tf.Tensor, delta: tf.Tensor, steps: number): tf.Tensor {
  return tf.tidy(() => {
    const part = (tensor: tf.Tensor): tf.Tensor => tf.expandDims(tf.slice(tensor, [piece.sample], [piece.samples]), 1);
    const fractions = Float32Array.from({ length: piece.steps + 1 }, (_, i) => (piece.step + i) / steps);
    const t = tf.tensor(fractions, [1, fractions.length, ...x.shape.slice(1).map(() => 1)]);
    return tf.reshape(tf.add(part(x), tf.mul(part(delta), t)), [-1, ...x.shape.slice(1)]);
  });
}

/** How many units change sides at each step: [samples, steps]. */
function neighbourDistances(winners: tf.Tensor2D, { samples, steps }: Piece): tf.Tensor {
  const points = tf.reshape(winners, [samples, steps + 1, -1]);
  const from = (first: number): tf.Tensor => tf.slice(points, [0, first], [samples, steps]);
  return tf.sum(tf.squaredDifference(from(0), from(1)), 2);
}

function countAbove(distances: Uint32Array, threshold: number, samples: number, steps: number): Uint32Array {
  return Uint32Array.from({ length: samples }, (_, sample) =>
    distances.subarray(sample * steps, (sample + 1) * steps).reduce((sum, d) => sum + Number(d > threshold), 0),
  );
}

function checkSegments(x: tf.Tensor, delta: tf.Tensor, steps: number): void {
  if (!tf.util.arraysEqual(x.shape, delta.shape)) {
    throw inputError(
      `x has shape [${x.shape.join(", ")}] and delta [${delta.shape.join(", ")}]; they must be the same.`,
    );
  }
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw inputError(`The number of steps is ${steps}; it must be a whole number of at least 1.`);
  }
}
