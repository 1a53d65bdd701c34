import type { Augmentation } from "@kwta/datasets";
import type { Gamma } from "./gamma.ts";
import type { MethodMaker, TrainingMethod } from "./methods/method.ts";
import type { LearningRate } from "./schedule.ts";

/** The settings of a training: everything that its result depends on but the model, the data and the backend. */
export interface TrainingSettings {
  readonly epochs: number;
  /** @defaultValue standard */
  readonly method?: TrainingMethod | MethodMaker;
  /** @defaultValue 64 */
  readonly batchSize?: number;
  /** @defaultValue one cycle to 0.1 */
  readonly learningRate?: LearningRate;
  /** @defaultValue 0.9 */
  readonly momentum?: number;
  /** @defaultValue 0 */
  readonly weightDecay?: number;
  /** @defaultValue "none" */
  readonly augment?: Augmentation;
  /** Sparsity ratio of all k-WTA layers, constant or falling. @defaultValue that of the model */
  readonly gamma?: Gamma;
  /** @defaultValue 0 */
  readonly seed?: number;
}
