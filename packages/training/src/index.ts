export { accuracy, type AccuracyOptions } from "./accuracy.ts";
export { checkTraining } from "./check-training.ts";
export { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint.ts";
export { crossEntropy } from "./cross-entropy.ts";
export { gammaAt, gammaEpochs, parseGamma, type Gamma, type GammaPoint, type GammaSchedule } from "./gamma.ts";
export { adversarial } from "./methods/adversarial.ts";
export { alp } from "./methods/alp.ts";
export { fast } from "./methods/fast.ts";
export { free } from "./methods/free.ts";
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
export { mart } from "./methods/mart.ts";
export { standard } from "./methods/standard.ts";
export { trades } from "./methods/trades.ts";
export { type DivergenceMetrics, type EpochMetrics, type Metrics, type StepMetrics } from "./metrics.ts";
export { adam } from "./optimizers/adam.ts";
export { adamw } from "./optimizers/adamw.ts";
export {
  formatOptimizer,
  makeOptimizer,
  OPTIMIZERS,
  optimizerSettings,
  parseOptimizer,
  type OptimizerSettings,
} from "./optimizers/index.ts";
export {
  defineOptimizer,
  toOptimizer,
  type Optimizer,
  type OptimizerDefinition,
  type OptimizerMaker,
  type RunningOptimizer,
  type UpdateAt,
  type Updated,
} from "./optimizers/optimizer.ts";
export { sgd } from "./optimizers/sgd.ts";
export {
  checkLearningRate,
  formatSchedule,
  learningRateAt,
  parseSchedule,
  SCHEDULES,
  type LearningRate,
  type Schedule,
  type ScheduleShapes,
} from "./schedules/index.ts";
export { type Position, type ScheduleShape } from "./schedules/schedule.ts";
export type { PhaseSettings, TrainingExtras } from "./phase-settings.ts";
export type { OnDivergence, TrainingSettings, Validation } from "./settings.ts";
export { train, type BestEpoch, type TrainOptions } from "./train.ts";
export { trainingLogits, type TrainingLogitsOptions } from "./training-logits.ts";
export { getWeights, namedVariables, setWeights, type NamedVariable } from "./weights.ts";
