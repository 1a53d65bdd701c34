import { askLogits, predict, runAttack, type Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { attackOf } from "./attacks.ts";
import { SIDE } from "./side.ts";
import { type Duel } from "./duels.ts";
import { marginOf } from "./margin.ts";
import { record, type Recording } from "./record.ts";

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
export interface ImageAttack extends Recording {
  readonly label: number;
  /** What the net takes the image for, unperturbed. */
  readonly cleanPredicted: number;
  /** What it takes the adversarial image for. */
  readonly predicted: number;
  readonly success: boolean;
  readonly queries: number;
  readonly gradients: number;
  /** The points that the attack asked about: the image itself first, and last, where it succeeded, the adversarial image. */
  readonly points: Float32Array;
}

/** One question of an attack, as it is told while the attack runs. */
export interface Question {
  /** Positive where the net is wrong. */
  readonly margin: number;
  /** Whether the gradient was asked for too. */
  readonly followed: boolean;
}

/**
 * Attacks one image and keeps every point on the way.
 *
 * @param other the net on which a transfer attack makes its points
 * @param emit told of each question
 */
export async function attackImage(
  classifier: Classifier,
  other: Classifier,
  { attack, image, label, id, eps, seed }: ImageRequest,
  emit: (question: Question) => void,
  signal: AbortSignal | undefined,
): Promise<ImageAttack> {
  const x = tf.tensor4d(image, [1, SIDE, SIDE, 1]);
  const own = label >= 0 ? label : await predictedClass(classifier, x);
  const { recorded, watched } = record(classifier, (logits, followed) =>
    emit({ margin: marginOf(logits, own), followed }),
  );
  try {
    const labels = Int32Array.of(own);
    const threat = { norm: "linf", eps } as const;
    const data = { x, labels, ids: Int32Array.of(id) };
    const result = await runAttack(attackOf(attack, other), watched, data, { threat, seed, signal });
    // Some end with another question than the one that succeeded.
    if (result.success[0] === 1) tf.dispose(await askLogits(watched, result.adversarial, data.ids));
    result.dispose();
    return {
      label: own,
      cleanPredicted: result.cleanPredicted[0]!,
      predicted: result.predicted[0]!,
      success: result.success[0] === 1,
      queries: result.queries[0]!,
      gradients: result.gradients[0]!,
      ...(await recorded.read()),
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
