import { makeMethod, METHODS, type MethodMaker, type MethodSettings, type TrainingSettings } from "@kwta/training";
import type { DatasetSettings } from "./dataset-settings.ts";

/** Everything that a training run depends on but the backend. */
export interface RunSettings {
  /** The model's id: `"resnet18-w16@kwta:0.1"`. */
  readonly model: string;
  readonly dataset: DatasetSettings;
  /** The training method, with all of its parameters. */
  readonly method: MethodSettings;
  readonly training: Omit<TrainingSettings, "method" | "seed"> & { readonly seed: number };
}

/** Settings without the folder of the data set: nobody else's machine has it, and it changes no number. */
export function withoutPlaces<T>(settings: T): T {
  return JSON.parse(JSON.stringify(settings, (key, value: unknown) => (key === "dataDir" ? undefined : value))) as T;
}

/**
 * What the settings of a run mean to `train`.
 *
 * @param methods those that the run can name
 * @throws InputError for an unknown method or parameters that it does not take
 */
export function trainingSettings(
  { method, training }: RunSettings,
  methods: readonly MethodMaker[] = METHODS,
): TrainingSettings {
  return { ...training, method: makeMethod(method, methods) };
}
