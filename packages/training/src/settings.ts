import type { MethodMaker, TrainingMethod } from "./methods/method.ts";
import type { PhaseSettings } from "./phase-settings.ts";

/** The settings of a training: everything that its result depends on but the model, the data and the backend. */
export interface TrainingSettings extends PhaseSettings {
  /** @defaultValue standard */
  readonly method?: TrainingMethod | MethodMaker;
}
