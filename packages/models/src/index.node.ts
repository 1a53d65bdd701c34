export * from "./index.ts";
export { loadGraphModel } from "./saved/graph-model-files.node.ts";
export { loadModel, saveModel, savedFormat, type SavedFormat } from "./saved/model-files.node.ts";
export { readCheckpoint, readWeights } from "./weights/weights.node.ts";
