import { layersClassifier, type Classifier, type Samples } from "@kwta/attacks";
import { toTensors, type Split } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** What can be attacked: a TensorFlow.js layers model with images in [0, 1] as input, or a classifier. */
export type Victim = LayersModel | Classifier;

/** The model as attacks see it. */
export function classifierOf(victim: Victim): Classifier {
  return "lossAndGradient" in victim ? victim : layersClassifier(victim);
}

/** Runs `f` on samples, which are made of a split for as long as that takes. */
export async function onTensors<T>(samples: Split | Samples, f: (samples: Samples) => Promise<T>): Promise<T> {
  if ("x" in samples) return await f(samples);
  const tensors = toTensors(samples, { start: 0, end: samples.size });
  try {
    return await f(tensors);
  } finally {
    tensors.x.dispose();
  }
}
