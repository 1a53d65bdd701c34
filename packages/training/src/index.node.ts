export { createRunFolder, openRunFolder, type RunFolder } from "./run-folder.node.ts";
