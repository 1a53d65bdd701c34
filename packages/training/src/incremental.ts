import { checkGammaSettings, gammaEpochs, type GammaSchedule } from "./gamma.ts";
import type { LearningRate } from "./schedule.ts";
import type { TrainingSettings } from "./settings.ts";

/** @see {@link incremental} */
export interface IncrementalOptions {
  /** Sparsity ratio of the base training. @defaultValue 0.2 */
  readonly from?: number;
  /** What each cut takes off it. @defaultValue 0.005 */
  readonly by?: number;
  /** Epochs at each sparsity ratio. @defaultValue 2 */
  readonly every?: number;
  /** The last sparsity ratio. @defaultValue 0.025 */
  readonly to?: number;
  /** While gamma falls. @defaultValue 0.001 */
  readonly learningRate?: LearningRate;
  /** While gamma falls. @defaultValue that of the base training */
  readonly batchSize?: number;
}

/** {@link IncrementalOptions} with nothing left open, for `run.json`; gives the same training. */
export type IncrementalSettings = Required<Omit<IncrementalOptions, "batchSize">> &
  Pick<IncrementalOptions, "batchSize">;

/**
 * The paper's way to a small sparsity ratio: train at a larger one, then lower it slowly while training goes on. Gives
 * the two parts for {@link train}, which begins each with a new optimizer; its `onGamma` receives the weights at the end
 * of each sparsity ratio.
 *
 * The defaults are the authors' for CIFAR-10: gamma 0.195 in epochs 0 and 1 of the second part, 0.19 in 2 and 3, ...,
 * 0.025 in 68 and 69, at a learning rate of 0.001. For MNIST they took 0.001 off 0.1 after every epoch, down to 0.001.
 *
 * @param base the first part
 * @throws InputError for a schedule that cannot be used
 * @see Xiao, Zhong, Zheng (ICLR 2020); `config/CIFAR/finetune.json` of the authors' code
 *
 * @example
 * ```ts
 * await train(model, data.train, incremental({ epochs: 100, batchSize: 512 }, { to: 0.08 }));
 * ```
 */
export function incremental(
  base: TrainingSettings,
  options: IncrementalOptions = {},
): readonly [base: TrainingSettings, falling: TrainingSettings] {
  const { from, by, every, to, learningRate, batchSize = base.batchSize } = incrementalSettings(options);
  const gamma: GammaSchedule = { from, by, every, to };
  const falling = { ...base, epochs: gammaEpochs(gamma), learningRate, gamma };
  return [{ ...base, gamma: from }, batchSize === undefined ? falling : { ...falling, batchSize }];
}

/**
 * Fills in the defaults of {@link incremental}.
 *
 * @throws InputError for a schedule that cannot be used
 */
export function incrementalSettings(options: IncrementalOptions = {}): IncrementalSettings {
  const { from = 0.2, by = 0.005, every = 2, to = 0.025, learningRate = 0.001, batchSize } = options;
  checkGammaSettings({ from, by, every, to });
  return { from, by, every, to, learningRate, ...(batchSize !== undefined && { batchSize }) };
}
