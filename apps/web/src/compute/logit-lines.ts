import { askLogits, type Classifier } from "@kwta/attacks";
import { breathe } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { NetName } from "./playground.ts";
import { SIDE } from "./side.ts";

/** Figure 3 of the paper: a net's logits on the way from an image to an adversarial one. */
export interface LogitLinesRequest {
  readonly net: NetName;
  /** Where the way begins and where it ends: [28, 28, 1]. */
  readonly from: Float32Array;
  readonly to: Float32Array;
}

/** Points along the way, both ends included: enough to see k-WTA's jumps. */
export const LOGIT_POINTS = 201;

/** Points in one call of the net. */
const BATCH = 67;

/** [points, 10] logits, at even steps along the way. */
export async function logitLines(
  classifier: Classifier,
  { from, to }: LogitLinesRequest,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const lines = new Float32Array(LOGIT_POINTS * classifier.numClasses);
  for (let first = 0; first < LOGIT_POINTS; first += BATCH) {
    await breathe(signal);
    const count = Math.min(BATCH, LOGIT_POINTS - first);
    const x = between(from, to, first, count);
    const logits = await askLogits(classifier, x, new Int32Array(count), { signal });
    lines.set(await logits.data<"float32">(), first * classifier.numClasses);
    tf.dispose([x, logits]);
  }
  return lines;
}

function between(from: Float32Array, to: Float32Array, first: number, count: number): tf.Tensor4D {
  const pixels = new Float32Array(count * from.length);
  for (let i = 0; i < count; i++) {
    const share = (first + i) / (LOGIT_POINTS - 1);
    for (const [j, pixel] of from.entries()) pixels[i * from.length + j] = pixel + share * (to[j]! - pixel);
  }
  return tf.tensor4d(pixels, [count, SIDE, SIDE, 1]);
}
