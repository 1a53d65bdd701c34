import { askLogits, type Classifier } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { floatsFromBase64 } from "./base64.ts";
import type { AdversarialImage, AttackEvaluation, Evaluation } from "./evaluation.ts";

/**
 * The evaluation with the model's scores for the kept images and their originals. A model that answers at random, or with its
 * decision alone, is not asked: its scores say nothing.
 */
export async function withKeptLogits(
  evaluation: Evaluation,
  classifier: Classifier,
  { batchSize, signal }: { readonly batchSize: number; readonly signal?: AbortSignal | undefined },
): Promise<Evaluation> {
  if (classifier.random === true || classifier.access === "label") return evaluation;
  const asked = async (images: readonly AdversarialImage[]): Promise<AdversarialImage[]> => {
    const found: AdversarialImage[] = [];
    for (let start = 0; start < images.length; start += batchSize) {
      found.push(...(await askBoth(images.slice(start, start + batchSize), classifier, signal)));
    }
    return found;
  };
  const attacks: AttackEvaluation[] = [];
  for (const attack of evaluation.attacks) {
    const at: (typeof attack.at)[number][] = [];
    for (const part of attack.at) at.push({ ...part, images: await asked(part.images) });
    const { nearest } = attack;
    const own = nearest === undefined ? {} : { nearest: { ...nearest, images: await asked(nearest.images) } };
    attacks.push({ ...attack, at, ...own });
  }
  return { ...evaluation, attacks };
}

async function askBoth(
  images: readonly AdversarialImage[],
  classifier: Classifier,
  signal: AbortSignal | undefined,
): Promise<AdversarialImage[]> {
  const original = await logitsOf(images, "original", classifier, signal);
  const adversarial = await logitsOf(images, "adversarial", classifier, signal);
  return images.map((image, i) => ({ ...image, logits: { original: original[i]!, adversarial: adversarial[i]! } }));
}

async function logitsOf(
  images: readonly AdversarialImage[],
  which: "original" | "adversarial",
  classifier: Classifier,
  signal: AbortSignal | undefined,
): Promise<number[][]> {
  const shape = [images.length, ...images[0]!.shape];
  const size = images[0]!.shape.reduce((product, axis) => product * axis, 1);
  const values = new Float32Array(images.length * size);
  for (const [i, image] of images.entries()) values.set(floatsFromBase64(image[which]), i * size);
  const x = tf.tensor(values, shape, "float32");
  const ids = Int32Array.from(images, ({ id }) => id);
  const logits = await askLogits(classifier, x, ids, { signal }).finally(() => x.dispose());
  return logits.array().finally(() => logits.dispose());
}
