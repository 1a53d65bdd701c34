import type { Split } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { makePhases } from "./phases.ts";
import type { TrainingSettings } from "./settings.ts";

/**
 * Checks settings as {@link train} does at its beginning, for those who prepare something before it.
 *
 * @throws InputError for settings that cannot be used with this model and these images
 */
export function checkTraining(model: LayersModel, data: Split, settings: TrainingSettings): void {
  makePhases(model, data, settings);
}
