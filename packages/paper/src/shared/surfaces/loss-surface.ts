import { asClassifier, perSampleLoss } from "@kwta/attacks";
import { breathe, keyedRandom, type LongWork } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { measured } from "../measured.ts";
import type { OneImage } from "../one-image.ts";
import type { LossSurface } from "./data.ts";

/** The plane and the grid of a surface. */
export interface SurfaceSettings {
  /** The plane goes from -extent to extent in both directions, images in [0, 1]. */
  readonly extent: number;
  /** Points in each direction; odd, so that the image itself is one. */
  readonly points: number;
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
): Promise<Pick<LossSurface, "random" | "gradient" | "loss">> {
  const classifier = asClassifier(model);
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

/** Points in one call of the model. */
const BATCH = 64;
