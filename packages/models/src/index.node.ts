export * from "./index.ts";
export { loadModel, saveModel } from "./saved/model-files.node.ts";
export { readCheckpoint, readWeights } from "./weights/weights.node.ts";
