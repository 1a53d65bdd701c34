import { asClassifier, pgd, runAttack } from "@kwta/attacks";
import { breathe, type LongWork } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { measured, type Measured } from "../shared/measured.ts";
import type { Images } from "../shared/one-image.ts";

/** @see {@link logitPaths} */
export interface LogitPathOptions extends LongWork {
  readonly eps: number;
  /** Gradient steps of PGD. */
  readonly steps: number;
  /** Along the perturbation, both ends included. */
  readonly points: number;
  readonly seed: number;
}

/** Logits of one image from itself to its attacked version. */
export interface LogitPath {
  /** Sizes of the perturbation, from 0 to eps. */
  readonly sizes: readonly number[];
  /** One list for each class. */
  readonly logits: readonly (readonly Measured[])[];
}

/**
 * For each image the logits at `x + t delta`, where `x + delta` is the point of highest margin that untargeted PGD on the
 * cross-entropy saw; it runs through all of its steps, whether it succeeds before or not.
 *
 * @see `visualize_prediction_trajectory` of the authors' code
 */
export async function logitPaths(
  model: LayersModel,
  samples: Images,
  { eps, steps, points, seed, signal, onProgress }: LogitPathOptions,
): Promise<LogitPath[]> {
  const classifier = asClassifier(model);
  const attacked = await runAttack(pgd({ steps, loss: "cross-entropy" }), classifier, samples, {
    threat: { norm: "linf", eps },
    seed,
    stopEarly: false,
    keepFailed: true,
    signal,
  });
  const delta = tf.tidy(() => tf.sub<tf.Tensor4D>(attacked.adversarial, samples.x));
  attacked.dispose();
  const fractions = Array.from({ length: points }, (_, i) => i / (points - 1));
  const sizes = fractions.map((fraction) => measured(fraction * eps)!);
  const paths: LogitPath[] = [];
  try {
    for (const [i, id] of [...samples.ids].entries()) {
      onProgress?.({ task: "logits along perturbations", done: i, total: samples.ids.length, unit: "image" });
      const rows: number[][] = [];
      for (let start = 0; start < points; start += BATCH) {
        await breathe(signal);
        const part = fractions.slice(start, start + BATCH);
        const logits = tf.tidy(() => {
          const [x, direction] = [samples.x, delta].map((all) => tf.slice(all, [i, 0, 0, 0], [1, -1, -1, -1]));
          const along = tf.mul(direction!, tf.tensor4d(part, [part.length, 1, 1, 1]));
          return classifier.logits(tf.add<tf.Tensor4D>(x!, along), new Int32Array(part.length).fill(id));
        });
        rows.push(...(await logits.array()));
        logits.dispose();
      }
      const logits = Array.from({ length: classifier.numClasses }, (_, c) => rows.map((row) => measured(row[c]!)));
      paths.push({ sizes, logits });
    }
  } finally {
    delta.dispose();
  }
  return paths;
}

/** Points in one call of the model. */
const BATCH = 64;
