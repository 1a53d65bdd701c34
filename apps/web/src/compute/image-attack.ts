import { predict, runAttack, type Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { attackOf } from "./attacks.ts";
import { SIDE } from "./side.ts";
import { type Duel } from "./duels.ts";
import { record } from "./record.ts";

/** One image to be attacked. */
export interface ImageRequest extends Duel {
  /** [28, 28, 1] in [0, 1]. */
  readonly image: Float32Array;
  /** Its class, or -1 for what the net takes it for. */
  readonly label: number;
  /** Names the image in the random numbers. */
  readonly id: number;
  readonly eps: number;
  readonly seed: number;
}

/** What an attack did to one image. */
export interface ImageAttack {
  readonly label: number;
  /** What the net takes the image for, unperturbed. */
  readonly cleanPredicted: number;
  /** What it takes the adversarial image for. */
  readonly predicted: number;
  readonly success: boolean;
  readonly queries: number;
  readonly gradients: number;
  /**
   * The points that the attack asked the net about, in that order: the image itself first, and last, where it succeeded, the
   * adversarial image. [points, 28 * 28]
   */
  readonly points: Float32Array;
  /** What the net said to each: [points, 10]. */
  readonly logits: Float32Array;
}

/**
 * Attacks one image and keeps every point on the way.
 *
 * @param other the net on which a transfer attack makes its points
 */
export async function attackImage(
  classifier: Classifier,
  other: Classifier,
  { attack, image, label, id, eps, seed }: ImageRequest,
  signal: AbortSignal | undefined,
): Promise<ImageAttack> {
  const x = tf.tensor4d(image, [1, SIDE, SIDE, 1]);
  const { recorded, watched } = record(classifier);
  try {
    const own = label >= 0 ? label : await predictedClass(classifier, x);
    const labels = Int32Array.of(own);
    const threat = { norm: "linf", eps } as const;
    const data = { x, labels, ids: Int32Array.of(id) };
    const result = await runAttack(attackOf(attack, other), watched, data, { threat, seed, signal });
    // Some end with another question than the one that succeeded.
    if (result.success[0] === 1) tf.dispose(watched.logits(result.adversarial, data.ids));
    result.dispose();
    const { points, logits } = await recorded.read();
    return {
      label: own,
      cleanPredicted: result.cleanPredicted[0]!,
      predicted: result.predicted[0]!,
      success: result.success[0] === 1,
      queries: result.queries[0]!,
      gradients: result.gradients[0]!,
      points,
      logits,
    };
  } finally {
    recorded.dispose();
    x.dispose();
  }
}

async function predictedClass(classifier: Classifier, x: tf.Tensor): Promise<number> {
  const { predicted } = await predict(classifier, { x, labels: Int32Array.of(0) });
  return predicted[0]!;
}
