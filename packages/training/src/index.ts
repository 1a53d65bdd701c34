export { accuracy, type AccuracyOptions } from "./accuracy.ts";
export { adversarial, adversarialSettings, type AdversarialOptions, type AdversarialSettings } from "./adversarial.ts";
export { checkTraining } from "./check-training.ts";
export { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint.ts";
export { gammaAt, gammaEpochs, type Gamma, type GammaSchedule } from "./gamma.ts";
export { incremental, incrementalSettings, type IncrementalOptions, type IncrementalSettings } from "./incremental.ts";
export { crossEntropy, natural, type Objective, type TrainingBatch, type TrainingMethod } from "./method.ts";
export { type EpochMetrics, type StepMetrics } from "./metrics.ts";
export { momentumSgd, type MomentumSgd, type MomentumSgdOptions } from "./momentum-sgd.ts";
export {
  checkLearningRate,
  learningRateAt,
  type LearningRate,
  type OneCycle,
  type Position,
  type Steps,
} from "./schedule.ts";
export type { TrainingSettings } from "./settings.ts";
export { train, type TrainOptions } from "./train.ts";
export { namedVariables, readWeights, writeWeights, type NamedVariable } from "./weights.ts";
