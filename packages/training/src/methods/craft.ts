import { asClassifier, lastIterate, pgd, predict, threatModel, type Norm, type PerSampleLoss } from "@kwta/attacks";
import { keyedRandom, type Length } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { TrainingBatch } from "./method.ts";

/** How a batch is attacked before its step: PGD, its last point. */
interface Crafting {
  readonly norm: Norm;
  readonly eps: Length;
  readonly steps: number;
  readonly stepSize: Length;
  readonly backward: string;
  /** Anywhere in the ball, or next to the image: a normal step of deviation 0.001. */
  readonly start: "random" | "near";
  /** The class that the cross-entropy leads away from. @defaultValue "true" */
  readonly label?: "true" | "predicted";
  /** What is maximised, of all rows of the batch at once. @defaultValue cross-entropy */
  readonly loss?: PerSampleLoss;
  /** Part of the key of the random numbers. @defaultValue "adversarial training" */
  readonly purpose?: string;
}

/**
 * Attacks a batch as training wants it: the model in inference mode, every sample through all steps, the last point. Random
 * starts depend on the seed, the epoch and the sample, not on the batch.
 *
 * @returns the caller's
 * @throws AbortedError when the signal stopped it
 */
export async function craft(
  model: LayersModel,
  batch: TrainingBatch,
  { norm, eps, steps, stepSize, backward, start, label = "true", loss, purpose = "adversarial training" }: Crafting,
  signal: AbortSignal | undefined,
): Promise<tf.Tensor4D> {
  const classifier = asClassifier(model);
  const { x, ids, epoch, seed } = batch;
  const labels = await batch.labels.data<"int32">();
  const away = label === "true" ? labels : (await predict(classifier, { x, labels, ids })).predicted;
  const near = start === "near" ? nextTo(batch, purpose) : undefined;
  try {
    const attack = pgd({ steps, stepSize, loss: "cross-entropy" });
    return (await lastIterate(attack, classifier, x, {
      threat: threatModel({ norm, eps, bounds: classifier.bounds }),
      goal: { kind: "untargeted", labels: away },
      ids,
      random: (what, id) => keyedRandom(seed, purpose, what, epoch, id),
      backward,
      signal,
      ...(near && { start: near }),
      ...(loss && { loss }),
    })) as tf.Tensor4D;
  } finally {
    near?.dispose();
  }
}

const NEAR = 0.001;

function nextTo({ x, ids, epoch, seed }: TrainingBatch, purpose: string): tf.Tensor {
  const size = x.size / ids.length;
  const noise = new Float32Array(x.size);
  for (const [row, id] of ids.entries()) {
    keyedRandom(seed, purpose, "near", epoch, id).normal(noise.subarray(row * size, (row + 1) * size), 0, NEAR);
  }
  return tf.tidy(() => tf.add(x, tf.tensor(noise, x.shape)));
}
