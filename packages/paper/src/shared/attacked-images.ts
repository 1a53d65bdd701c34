import { asClassifier, type CheckedSamples, type Classifier } from "@kwta/attacks";
import { subset, toTensors } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { FigureTools } from "../contract/recipe.ts";
import type { NetSettings } from "./nets.ts";

/** A net that is attacked, with the test images that it is attacked on. */
export interface Victim {
  readonly model: LayersModel;
  readonly classifier: Classifier;
  /** Classes in their proportions; disposed afterwards. */
  readonly samples: CheckedSamples;
}

/** Loads a net and so many test images, the same ones for all nets of a data set. */
export async function withVictim<T>(
  net: NetSettings,
  count: number,
  tools: FigureTools,
  use: (victim: Victim) => Promise<T>,
): Promise<T> {
  return tools.withNet(net, async (model) => {
    const { test } = await tools.dataset(net);
    const attacked = subset(test, Math.min(count, test.size), 0);
    const samples = toTensors(attacked, { start: 0, end: attacked.size });
    try {
      return await use({ model, classifier: asClassifier(model), samples });
    } finally {
      samples.x.dispose();
    }
  });
}
