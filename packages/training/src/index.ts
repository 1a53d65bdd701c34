export { accuracy, type AccuracyOptions } from "./accuracy.ts";
export { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint.ts";
export { crossEntropy, natural, type Objective, type TrainingBatch, type TrainingMethod } from "./method.ts";
export { momentumSgd, type MomentumSgd, type MomentumSgdOptions } from "./momentum-sgd.ts";
export {
  checkLearningRate,
  learningRateAt,
  type LearningRate,
  type OneCycle,
  type Position,
  type Steps,
} from "./schedule.ts";
export { train, type EpochMetrics, type StepMetrics, type TrainingSettings, type TrainOptions } from "./train.ts";
export { namedVariables, readWeights, writeWeights, type NamedVariable } from "./weights.ts";
