export { accuracy, type AccuracyOptions } from "./accuracy.ts";
export { checkTraining } from "./check-training.ts";
export { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint.ts";
export { crossEntropy } from "./cross-entropy.ts";
export { gammaAt, gammaEpochs, type Gamma, type GammaSchedule } from "./gamma.ts";
export { adversarial } from "./methods/adversarial.ts";
export { incremental } from "./methods/incremental.ts";
export {
  formatMethod,
  makeMethod,
  METHODS,
  methodSettings,
  parseMethod,
  type MethodSettings,
} from "./methods/index.ts";
export {
  defineMethod,
  toMethod,
  type MethodDefinition,
  type MethodMaker,
  type Objective,
  type TrainingBatch,
  type TrainingMethod,
} from "./methods/method.ts";
export { standard } from "./methods/standard.ts";
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
export type { PhaseSettings } from "./phase-settings.ts";
export type { TrainingSettings } from "./settings.ts";
export { train, type TrainOptions } from "./train.ts";
export { getWeights, namedVariables, setWeights, type NamedVariable } from "./weights.ts";
