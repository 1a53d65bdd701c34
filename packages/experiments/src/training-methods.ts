import { InputError, lookUp } from "@kwta/core";
import { adversarial, incremental, natural, type TrainingMethod, type TrainingSettings } from "@kwta/training";
import type { RunSettings } from "./run-settings.ts";

/** What the settings of a run mean to `train`. */
export interface TrainingPlan {
  readonly method: TrainingMethod;
  readonly settings: readonly TrainingSettings[];
}

/** All training methods that the settings of a run can name. */
export const TRAINING_METHODS: Readonly<Record<RunSettings["method"], (settings: RunSettings) => TrainingPlan>> = {
  natural: ({ training }) => ({ method: natural, settings: [training] }),
  adversarial: ({ training, adversarial: options }) => ({ method: adversarial(options), settings: [training] }),
  incremental: ({ training, incremental: options }) => ({ method: natural, settings: incremental(training, options) }),
};

/**
 * How a run trains.
 *
 * @throws InputError for an unknown method, settings of another one, and settings that cannot be used
 */
export function trainingPlan(settings: RunSettings): TrainingPlan {
  const plan = lookUp("training method", settings.method, TRAINING_METHODS);
  for (const other of ["adversarial", "incremental"] as const) {
    if (other !== settings.method && settings[other] !== undefined) {
      throw new InputError(
        `There are settings of ${other} training, but the method is ${settings.method}. Choose one.`,
      );
    }
  }
  return plan(settings);
}
