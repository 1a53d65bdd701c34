import type { LayersModel } from "@tensorflow/tfjs-layers";
import { foldedClassifier } from "./folded-classifier.ts";
import type { OpenVictim, VictimOptions } from "./victim-settings.ts";

/**
 * The victim that a network is.
 *
 * @param model which the victim disposes
 */
export function networkVictim(model: LayersModel, options: VictimOptions): OpenVictim {
  const { classifier, environment, dispose } = foldedClassifier(model, options);
  return {
    classifier,
    environment,
    async dispose() {
      dispose();
      model.dispose();
    },
  };
}
