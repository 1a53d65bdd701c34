export * from "./index.ts";
export { loadGraphModel } from "./saved/graph-model-files.node.ts";
export { loadModel, saveModel, savedFormat } from "./saved/model-files.node.ts";
export type { SavedFormat } from "./saved/saved-files.ts";
export { readCheckpoint, readWeights } from "./weights/weights.node.ts";
