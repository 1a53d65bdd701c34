import { layersClassifier, perSampleLoss } from "@kwta/attacks";
import { breathe, keyedRandom, type LongWork } from "@kwta/core";
import type { Measured } from "@kwta/viz";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { measured } from "./_measured.ts";
import type { SurfaceSettings } from "./figure-settings.ts";

/** One image with its class, [1, height, width, channels]. */
export interface OneImage {
  readonly x: tf.Tensor4D;
  readonly label: number;
  /** Its number in the data set. */
  readonly id: number;
}

/** Loss over the plane through one image: `loss[i][j]` at `gradient[i]` and `random[j]`. */
interface Surface {
  readonly random: readonly number[];
  readonly gradient: readonly number[];
  readonly loss: readonly (readonly Measured[])[];
}

/**
 * The cross-entropy of a model at `x + a r + b g`: r is a random direction of signs, the same for every model, and g the
 * sign of the model's own input gradient at x. As in the authors' code, points may leave [0, 1].
 *
 * @see `draw_loss` of the authors' code
 */
export async function lossSurface(
  model: LayersModel,
  { x, label, id }: OneImage,
  { extent, points, seed, signal, onProgress }: SurfaceSettings & LongWork & { readonly seed: number },
): Promise<Surface> {
  const classifier = layersClassifier(model);
  const axis = Array.from({ length: points }, (_, i) => measured(extent * ((2 * i) / (points - 1) - 1))!);
  const ids = Int32Array.of(id);
  const crossEntropy = (count: number) =>
    perSampleLoss("cross-entropy", { kind: "untargeted", labels: new Int32Array(count).fill(label) });
  const { random, gradient } = tf.tidy(() => {
    const noise = keyedRandom(seed, "loss surface", id).normal(new Float32Array(x.size));
    const slope = classifier.lossAndGradient(x, ids, crossEntropy(1)).gradient;
    return { random: tf.sign(tf.tensor4d(noise, x.shape)), gradient: tf.sign(slope) };
  });
  const total = points * points;
  const loss = new Float32Array(total);
  try {
    for (let start = 0; start < total; start += BATCH) {
      await breathe(signal);
      onProgress?.({ task: "loss surface", done: start, total, unit: "point" });
      const count = Math.min(BATCH, total - start);
      const at = Array.from({ length: count }, (_, i) => start + i);
      const values = tf.tidy(() => {
        const along = (direction: tf.Tensor, steps: number[]): tf.Tensor =>
          tf.mul(direction, tf.tensor4d(steps, [count, 1, 1, 1]));
        const a = along(
          random,
          at.map((point) => axis[point % points]!),
        );
        const b = along(
          gradient,
          at.map((point) => axis[Math.floor(point / points)]!),
        );
        return crossEntropy(count)(classifier.logits(tf.add(x, tf.add(a, b)), new Int32Array(count).fill(id)));
      });
      loss.set(await values.data(), start);
      values.dispose();
    }
  } finally {
    tf.dispose([random, gradient]);
  }
  const rows = Array.from({ length: points }, (_, i) =>
    Array.from(loss.subarray(i * points, (i + 1) * points), measured),
  );
  return { random: axis, gradient: axis, loss: rows };
}

/** Points in one engine call. */
const BATCH = 64;

/**
 * How ragged a surface is: the mean distance between the loss at a point and the mean of its four neighbours, as a share
 * of the surface's range. A plane has 0; independent noise about 0.2.
 */
export function raggedness({ loss }: Pick<Surface, "loss">): number {
  const at = (i: number, j: number): number => loss[i]![j] ?? Number.NaN;
  const values = loss.flat().filter((value) => value !== null);
  const range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  const distances: number[] = [];
  for (let i = 1; i + 1 < loss.length; i++) {
    for (let j = 1; j + 1 < loss[i]!.length; j++) {
      const around = (at(i - 1, j) + at(i + 1, j) + at(i, j - 1) + at(i, j + 1)) / 4;
      if (Number.isFinite(around + at(i, j))) distances.push(Math.abs(at(i, j) - around));
    }
  }
  return range === 0 ? 0 : distances.reduce((a, b) => a + b, 0) / distances.length / range;
}
