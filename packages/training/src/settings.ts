import type { Norm } from "@kwta/attacks";
import type { Length } from "@kwta/core";
import type { MethodMaker, TrainingMethod } from "./methods/method.ts";
import type { PhaseSettings } from "./phase-settings.ts";

/** An attack on some of the test images while training goes on. */
export interface Validation {
  /** @defaultValue "pgd:steps=20" */
  readonly attack?: string;
  /** @defaultValue "linf" */
  readonly norm?: Norm;
  /** Size of the perturbation, images in [0, 1]. */
  readonly eps: Length;
  /** Epochs from one to the next; the last epoch has one in any case. @defaultValue 1 */
  readonly every?: number;
  /** Images, the first of the test split. @defaultValue 200 */
  readonly samples?: number;
}

/**
 * What happens when a training comes to nothing: it is noted among the metrics, the training stops with an error, or it
 * ends with the weights of the last epoch that was good. A loss that is no number stops it in any case, unless it is to
 * roll back.
 */
export type OnDivergence = "note" | "stop" | "roll-back";

/** The settings of a training: everything that its result depends on but the model, the data and the backend. */
export interface TrainingSettings extends PhaseSettings {
  /** @defaultValue standard */
  readonly method?: TrainingMethod | MethodMaker;
  /** @defaultValue none */
  readonly validation?: Validation;
  /** @defaultValue "note" */
  readonly onDivergence?: OnDivergence;
}
