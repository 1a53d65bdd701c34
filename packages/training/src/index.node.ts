export { createRunFolder, openRunFolder, readGammaWeights, type RunFolder } from "./run-folder.node.ts";
