import { checkWhole } from "@kwta/core";
import { batchCount, batches, type Augmentation, type Split } from "@kwta/datasets";
import { kwtaLayers, setGamma } from "@kwta/op";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { checkGammaSettings, gammaAt, type Gamma } from "./gamma.ts";
import { toMethod } from "./methods/method.ts";
import { standard } from "./methods/standard.ts";
import type { MomentumSgdOptions } from "./momentum-sgd.ts";
import { checkLearningRate, type LearningRate } from "./schedule.ts";
import type { TrainingSettings } from "./settings.ts";

/** One part of a training, with settings of its own and a new optimizer. Steps and epochs are counted over all parts. */
export interface Phase {
  readonly batches: { readonly batchSize: number; readonly seed: number; readonly augment: Augmentation };
  readonly optimizer: MomentumSgdOptions;
  readonly learningRate: LearningRate;
  readonly gamma: Gamma | undefined;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly firstEpoch: number;
  /** The steps made before it, and at its end. */
  readonly start: number;
  readonly end: number;
}

/** @throws InputError for settings that cannot be used with this model and these images */
export function makePhases(model: LayersModel, data: Split, settings: TrainingSettings): readonly Phase[] {
  const { method = standard, ...base } = settings;
  const { check, phases: parts } = toMethod(method);
  check?.(model);
  const phases: Phase[] = [];
  for (const part of parts?.(base, model) ?? [base]) {
    const { epochs, batchSize = 64, augment = "none", seed = 0, gamma, momentum, weightDecay } = part;
    const { learningRate = { shape: "one-cycle", peak: 0.1, warmup: 0.25 } } = part;
    checkWhole("epochs", epochs);
    checkLearningRate(learningRate);
    if (gamma !== undefined) checkGamma(model, gamma, epochs);
    const own = { batchSize, seed, augment };
    // Checks these three at the call; nothing is made yet.
    batches(data, { ...own, epoch: 0 });
    const stepsPerEpoch = batchCount(data, batchSize);
    const before = phases.at(-1);
    const start = before?.end ?? 0;
    phases.push({
      batches: own,
      optimizer: { ...(momentum !== undefined && { momentum }), ...(weightDecay !== undefined && { weightDecay }) },
      learningRate,
      gamma,
      epochs,
      stepsPerEpoch,
      firstEpoch: before === undefined ? 0 : before.firstEpoch + before.epochs,
      start,
      end: start + epochs * stepsPerEpoch,
    });
  }
  return phases;
}

/** What the smallest gamma allows, the larger ones do. */
function checkGamma(model: LayersModel, gamma: Gamma, epochs: number): void {
  checkGammaSettings(gamma);
  const former = kwtaLayers(model).map((layer) => [layer, layer.gamma] as const);
  setGamma(model, gammaAt(gamma, epochs - 1));
  for (const [layer, own] of former) layer.gamma = own;
}
