import { breathe, type LongWork } from "@kwta/core";
import { toTensors, type Split } from "@kwta/datasets";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** @see {@link accuracy} */
export interface AccuracyOptions extends Pick<LongWork, "signal"> {
  /** Images in one engine call. @defaultValue 100 */
  readonly batchSize?: number;
}

/**
 * Share of a split that a model classifies correctly, in inference mode.
 *
 * @throws AbortedError when the signal stopped it
 */
export async function accuracy(model: LayersModel, split: Split, options: AccuracyOptions = {}): Promise<number> {
  const { batchSize = 100, signal } = options;
  let correct = 0;
  for (let start = 0; start < split.size; start += batchSize) {
    await breathe(signal);
    const { x, labels } = toTensors(split, { start, end: Math.min(start + batchSize, split.size) });
    const classes = tf.tidy(() => tf.argMax(model.apply(x, { training: false }) as tf.Tensor2D, 1));
    const predicted = await classes.data();
    tf.dispose([x, classes]);
    for (const [i, label] of labels.entries()) if (predicted[i] === label) correct += 1;
  }
  return correct / split.size;
}
