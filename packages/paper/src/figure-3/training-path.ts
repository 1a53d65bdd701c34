import { AbortedError, breathe, type LongWork } from "@kwta/core";
import { toTensors, type Dataset } from "@kwta/datasets";
import { createModel } from "@kwta/models";
import { trainingSettings, type RunSettings } from "@kwta/runs";
import { crossEntropy, namedVariables, train } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { measured, type Measured } from "../shared/measured.ts";

/** How far a training is followed, and how closely. */
export interface PathSettings {
  /**
   * Where it begins to be followed: as soon as the running mean of the loss in training is below this. So all nets are followed at
   * the same stage, however fast they learn.
   */
  readonly below: number;
  /** The step at which it begins at the latest. */
  readonly latest: number;
  /** Training steps that are followed. */
  readonly steps: number;
  /** Loss values from one step to the next. */
  readonly between: number;
  /** Training images of the fixed batch. */
  readonly images: number;
}

/** The loss along the way of the weights. */
interface TrainingPath {
  /** Training steps; fractions along the segment between two successive weights. */
  readonly steps: readonly number[];
  readonly loss: readonly Measured[];
}

/**
 * The loss on a fixed batch of training images along the path that the weights take: at the weights of each of some
 * training steps, and at points on the straight segments between them. Batch norm takes the statistics of that batch, as
 * it does in training: this is the function that training goes down.
 */
export async function trainingPath(
  settings: RunSettings,
  dataset: Dataset,
  options: PathSettings & LongWork,
): Promise<TrainingPath> {
  const model = createModel(settings.model, {
    inputShape: dataset.shape,
    numClasses: dataset.classNames.length,
    seed: settings.training.seed,
  });
  const batch = toTensors(dataset.train, { start: 0, end: Math.min(options.images, dataset.train.size) });
  const labels = tf.tensor1d(batch.labels, "int32");
  let walked: Walked | undefined;
  try {
    walked = await weightsAlong(model, settings, dataset, options);
    return await lossBetween(model, walked, { x: batch.x, labels }, options);
  } finally {
    tf.dispose([...(walked?.weights.flat() ?? []), batch.x, labels]);
    model.dispose();
  }
}

interface Walked {
  /** The step after which the first weights are. */
  readonly start: number;
  readonly weights: readonly (readonly tf.Tensor[])[];
}

/** The weights after each of some successive steps. */
async function weightsAlong(
  model: LayersModel,
  settings: RunSettings,
  dataset: Dataset,
  { steps, below, latest, signal, onProgress }: PathSettings & LongWork,
): Promise<Walked> {
  const trainable = namedVariables(model, "trainable");
  const weights: tf.Tensor[][] = [];
  let [start, mean] = [0, Number.NaN];
  const enough = new AbortController();
  try {
    await train(model, dataset.train, trainingSettings(settings), {
      signal: signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]),
      onProgress,
      onMetrics(line) {
        if (line.kind !== "step" || weights.length > steps) return;
        mean = Number.isNaN(mean) ? line.loss : mean + (line.loss - mean) / RUNNING;
        if (weights.length === 0 && mean >= below && line.step < latest) return;
        if (weights.length === 0) start = line.step;
        // A clone shares the numbers until the variable gets new ones.
        weights.push(trainable.map(({ variable }) => tf.clone(variable)));
        if (weights.length > steps) enough.abort();
      },
    });
  } catch (error) {
    if (!(error instanceof AbortedError && enough.signal.aborted && !signal?.aborted)) {
      tf.dispose(weights);
      throw error;
    }
  }
  return { start, weights };
}

/** Steps over which the loss in training is averaged. */
const RUNNING = 5;

async function lossBetween(
  model: LayersModel,
  { start, weights }: Walked,
  { x, labels }: { readonly x: tf.Tensor4D; readonly labels: tf.Tensor1D },
  { between, signal, onProgress }: PathSettings & LongWork,
): Promise<TrainingPath> {
  const trainable = namedVariables(model, "trainable");
  const steps: number[] = [];
  const loss: Measured[] = [];
  const total = (weights.length - 1) * between + 1;
  for (let point = 0; point < total; point++) {
    await breathe(signal);
    onProgress?.({ task: "loss along the training path", done: point, total, unit: "point" });
    const [step, fraction] = [Math.floor(point / between), (point % between) / between];
    const value = tf.tidy(() => {
      for (const [i, { variable }] of trainable.entries()) {
        const from = weights[step]![i]!;
        const to = weights[Math.min(step + 1, weights.length - 1)]![i]!;
        variable.assign(tf.add(from, tf.mul(tf.sub(to, from), fraction)) as tf.Tensor);
      }
      return crossEntropy(model.apply(x, { training: true }) as tf.Tensor2D, labels);
    });
    steps.push(measured(start + step + fraction)!);
    loss.push(measured((await value.data())[0]!));
    value.dispose();
  }
  return { steps, loss };
}
