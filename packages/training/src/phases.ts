import { checkOptions, checkWhole, InputError } from "@kwta/core";
import { batchCount, batches, type Augmentation, type Split } from "@kwta/datasets";
import { kwtaLayers, setGamma } from "@kwta/op";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { resolveExtras, type Extras } from "./extras.ts";
import { checkGammaSettings, gammaAt, type Gamma } from "./gamma.ts";
import { toMethod, type TrainingMethod } from "./methods/method.ts";
import { standard } from "./methods/standard.ts";
import { toOptimizer, type Optimizer } from "./optimizers/optimizer.ts";
import { sgd } from "./optimizers/sgd.ts";
import type { PhaseSettings } from "./phase-settings.ts";
import { checkLearningRate, type LearningRate } from "./schedules/index.ts";
import { checkOnDivergence } from "./divergence.ts";
import type { TrainingSettings } from "./settings.ts";
import { checkValidation } from "./validate.ts";

/** One part of a training, with settings of its own and a new optimizer. Steps and epochs are counted over all parts. */
export interface Phase {
  readonly batches: { readonly batchSize: number; readonly seed: number; readonly augment: Augmentation };
  readonly optimizer: Optimizer;
  readonly learningRate: LearningRate;
  readonly extras: Extras;
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
  checkOptions("a training", settings, SETTINGS);
  const { method: given = standard, validation, onDivergence = "note", ...base } = settings;
  const method = toMethod(given);
  method.check?.(model);
  checkOnDivergence(onDivergence);
  if (validation !== undefined) checkValidation(validation);
  const phases: Phase[] = [];
  for (const part of method.phases?.(base, model) ?? [base]) {
    phases.push(makePhase(model, data, method, part, phases.at(-1)));
  }
  return phases;
}

function makePhase(
  model: LayersModel,
  data: Split,
  method: TrainingMethod,
  part: PhaseSettings,
  before: Phase | undefined,
): Phase {
  const { epochs, batchSize = Math.min(64, data.size), augment = "none", seed = 0, gamma, optimizer = sgd } = part;
  const { learningRate = { shape: "one-cycle", peak: 0.1, warmup: 0.25 } } = part;
  checkWhole("epochs", epochs);
  checkLearningRate(learningRate, epochs);
  if (gamma !== undefined) checkGamma(model, gamma, epochs);
  const own = { batchSize, seed, augment };
  // Checks these three at the call; nothing is made yet.
  batches(data, { ...own, epoch: 0 });
  if (batchSize > data.size) {
    throw new InputError(
      `The batch size is ${batchSize}, more than the ${data.size} training images. Take a smaller one, or more images.`,
    );
  }
  const extras = resolveExtras(part, batchSize);
  if (extras.accumulate > 1 && method.carry !== undefined) {
    throw new InputError(`The method ${method.id} works on whole batches. Leave accumulate at 1.`);
  }
  const stepsPerEpoch = batchCount(data, batchSize) * (method.replays ?? 1);
  const start = before?.end ?? 0;
  return {
    batches: own,
    optimizer: toOptimizer(optimizer),
    learningRate,
    extras,
    gamma,
    epochs,
    stepsPerEpoch,
    firstEpoch: before === undefined ? 0 : before.firstEpoch + before.epochs,
    start,
    end: start + epochs * stepsPerEpoch,
  };
}

const SETTINGS: Readonly<Record<keyof TrainingSettings, true>> = {
  method: true,
  validation: true,
  onDivergence: true,
  epochs: true,
  batchSize: true,
  learningRate: true,
  optimizer: true,
  augment: true,
  gamma: true,
  seed: true,
  clip: true,
  accumulate: true,
  ema: true,
  labelSmoothing: true,
  mixup: true,
  cutmix: true,
  awp: true,
  awpWarmup: true,
};

/** What the smallest gamma allows, the larger ones do. */
function checkGamma(model: LayersModel, gamma: Gamma, epochs: number): void {
  checkGammaSettings(gamma);
  const former = kwtaLayers(model).map((layer) => [layer, layer.gamma] as const);
  setGamma(model, Math.min(...Array.from({ length: epochs }, (_, epoch) => gammaAt(gamma, epoch))));
  for (const [layer, own] of former) layer.gamma = own;
}
