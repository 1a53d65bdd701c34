import { asClassifier, predict } from "@kwta/attacks";
import type { LongWork } from "@kwta/core";
import { toTensors, type Split } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** @see {@link accuracy} */
export interface AccuracyOptions extends Pick<LongWork, "signal"> {
  /** Images in one call of the model. @defaultValue 100 */
  readonly batchSize?: number;
}

/**
 * Share of a split that a model classifies correctly, in inference mode.
 *
 * @throws AbortedError when the signal stopped it
 */
export async function accuracy(model: LayersModel, split: Split, options: AccuracyOptions = {}): Promise<number> {
  const { batchSize = 100, signal } = options;
  const classifier = asClassifier(model);
  let right = 0;
  for (let start = 0; start < split.size; start += batchSize) {
    const samples = toTensors(split, { start, end: Math.min(start + batchSize, split.size) });
    const { correct } = await predict(classifier, samples, { batchSize, signal }).finally(() => samples.x.dispose());
    right += correct.reduce((sum, each) => sum + each, 0);
  }
  return right / split.size;
}
