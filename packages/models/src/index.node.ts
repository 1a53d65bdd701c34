export { loadModel, saveModel } from "./model-files.node.ts";
