import { runAttack, type Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { attackOf, optionsOf, SIDE, type AttackName } from "./attacks.ts";
import { record } from "./record.ts";
import type { NetName } from "./playground.ts";

/** One image to be attacked. */
export interface ImageRequest {
  readonly net: NetName;
  readonly attack: AttackName;
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
  readonly gradients: number;
  /** The points that the attack asked the net about, in that order: the image itself first. [points, 28 * 28] */
  readonly points: Float32Array;
  /** What the net said to each: [points, 10]. */
  readonly logits: Float32Array;
}

/** Attacks one image and keeps every point on the way. */
export async function attackImage(
  classifier: Classifier,
  { attack, image, label, id, eps, seed }: ImageRequest,
  signal: AbortSignal | undefined,
): Promise<ImageAttack> {
  const x = tf.tensor4d(image, [1, SIDE, SIDE, 1]);
  const { recorded, watched } = record(classifier);
  try {
    const own = label >= 0 ? label : await predictedClass(classifier, x);
    const labels = Int32Array.of(own);
    const options = optionsOf(attack, { eps, seed, ids: Int32Array.of(id), signal });
    const result = await runAttack(attackOf(attack), watched, { x, labels }, options);
    result.dispose();
    const { points, logits } = await recorded.read();
    return {
      label: own,
      cleanPredicted: result.cleanPredicted[0]!,
      predicted: result.predicted[0]!,
      success: result.success[0] === 1,
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
  const best = tf.tidy(() => tf.argMax(classifier.logits(x, Int32Array.of(0)), 1));
  const [index] = await best.data();
  best.dispose();
  return index!;
}
