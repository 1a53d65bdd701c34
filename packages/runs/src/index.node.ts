export * from "./index.ts";
export { computedBy, environmentOf, versions } from "./computed-by.node.ts";
export { datasetDigest, modelDigest } from "./digests.node.ts";
export {
  evaluateIntoFolder,
  type EvaluatedFolder,
  type EvaluateIntoFolderOptions,
} from "./evaluate-into-folder.node.ts";
export { EXAMPLES, findEvaluations, readEvaluation, REPORT } from "./evaluation-folder.node.ts";
export { readKept, writeKept } from "./kept.node.ts";
export { loadRunModel } from "./load-run-model.node.ts";
export { openDataset, type OpenDatasetOptions } from "./open-dataset.node.ts";
export { folderOfParts } from "./part-store.node.ts";
export {
  createRunFolder,
  hasModel,
  hasRun,
  keptGammas,
  openRunFolder,
  readBestWeights,
  readGammaWeights,
  readMetrics,
  readRunFile,
  type RunFolder,
} from "./run-folder.node.ts";
export { listRuns, summarizeRun, type RunSummary } from "./summarize-run.node.ts";
export { TEST_SIZE, trainRun, type TrainedRun, type TrainRunOptions } from "./train-run.node.ts";
export { describeClassifier, type ClassifierDescription } from "./victim/describe-classifier.node.ts";
export { describeVictim } from "./victim/describe-victim.node.ts";
export { openVictim } from "./victim/open-victim.node.ts";
