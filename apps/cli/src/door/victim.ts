import { asClassifier, type Classifier, type Model, type Samples } from "@kwta/attacks";
import { toTensors, type Split } from "@kwta/datasets";
import { foldedClassifier } from "@kwta/runs";
import { LayersModel } from "@tensorflow/tfjs-layers";
import { toBounds } from "../evaluate/to-bounds.ts";

/**
 * What can be attacked: a TensorFlow.js layers or graph model with images in [0, 1] as input, or any classifier, such as
 * `asClassifier(model, { bounds, mean, std })` makes.
 */
export type Victim = Exclude<Model, (...args: never[]) => unknown> | Classifier;

/** The model as attacks see it. */
export function classifierOf(victim: Victim): Classifier {
  return "lossAndGradient" in victim ? victim : asClassifier(victim);
}

/**
 * Runs `f` on the model as attacks see it, with what its numbers depend on.
 *
 * @param exact whether the batch norm of a layers model is computed as it stands
 */
export async function whileAsked<T>(
  victim: Victim,
  exact: boolean,
  f: (classifier: Classifier, environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (!(victim instanceof LayersModel)) return await f(classifierOf(victim), {});
  const { classifier, environment, dispose } = foldedClassifier(victim, { exactBatchNorm: exact });
  try {
    return await f(classifier, environment);
  } finally {
    dispose();
  }
}

/** Runs `f` on samples, which are made of a split, in the classifier's range, for as long as that takes. */
export async function onTensors<T>(
  samples: Split | Samples,
  { bounds }: Classifier,
  f: (samples: Samples) => Promise<T>,
): Promise<T> {
  if ("x" in samples) return await f(samples);
  const tensors = toTensors(samples, { start: 0, end: samples.size });
  const x = toBounds(tensors.x, bounds);
  try {
    return await f({ ...tensors, x });
  } finally {
    tensors.x.dispose();
    x.dispose();
  }
}
