import type { Augmentation } from "@kwta/datasets";
import type { Gamma } from "./gamma.ts";
import type { Optimizer, OptimizerMaker } from "./optimizers/optimizer.ts";
import type { LearningRate } from "./schedules/index.ts";

/** What can be added to any method; all of it is off by default. */
export interface TrainingExtras {
  /** Global norm that gradients are cut down to, as PyTorch's `clip_grad_norm_`. @defaultValue no limit */
  readonly clip?: number;
  /** Parts that a batch is cut into, whose gradients are averaged: less memory. @defaultValue 1 */
  readonly accumulate?: number;
  /**
   * Decay of an average of all weights, batch norm's statistics among them, which is what is tested, and what is left at
   * the end. It begins lower, at (1 + step) / (10 + step). 0.9998 is usual for long trainings.
   *
   * @defaultValue no average
   */
  readonly ema?: number;
  /** Share of the target that is spread over all classes. @defaultValue 0 */
  readonly labelSmoothing?: number;
  /** Alpha of mixup (Zhang et al. 2018): images and targets are mixed by a share from Beta(alpha, alpha). @defaultValue 0 */
  readonly mixup?: number;
  /** Alpha of CutMix (Yun et al. 2019): a rectangle comes from another image. With mixup too, a coin decides. @defaultValue 0 */
  readonly cutmix?: number;
  /**
   * Adversarial weight perturbation (Wu et al. 2020): the gradient is taken where the weights of each kernel have moved by
   * this share of their norm to a higher loss. 0.01 with adversarial training, 0.005 with TRADES are the authors'.
   *
   * @defaultValue 0
   */
  readonly awp?: number;
  /** Epochs before it begins. @defaultValue 0 */
  readonly awpWarmup?: number;
}

/** Settings of a part of a training. */
export interface PhaseSettings extends TrainingExtras {
  readonly epochs: number;
  /** @defaultValue 64, or all images where there are fewer */
  readonly batchSize?: number;
  /** @defaultValue one cycle to 0.1 */
  readonly learningRate?: LearningRate;
  /** @defaultValue SGD with momentum 0.9 */
  readonly optimizer?: Optimizer | OptimizerMaker;
  /** @defaultValue "none" */
  readonly augment?: Augmentation;
  /** Sparsity ratio of all k-WTA layers, constant or falling. @defaultValue that of the model */
  readonly gamma?: Gamma;
  /** @defaultValue 0 */
  readonly seed?: number;
}
