export * from "./index.ts";
export { loadModel, saveModel } from "./model-files.node.ts";
export { readWeights } from "./weights.node.ts";
