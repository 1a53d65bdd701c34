import type { Augmentation } from "@kwta/datasets";
import type { Gamma } from "./gamma.ts";
import type { LearningRate } from "./schedule.ts";

/** Settings of a part of a training. */
export interface PhaseSettings {
  readonly epochs: number;
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
