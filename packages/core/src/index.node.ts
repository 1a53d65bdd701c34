export * from "./index.ts";
export { cacheFolder } from "./files/cache-folder.node.ts";
export {
  prepareFolder,
  readInput,
  readJson,
  temporaryName,
  writeFileAtomic,
  writeJson,
  type ReadInputOptions,
} from "./files/files.node.ts";
export { explainSystemFault, isSystemFault, reasonOf } from "./files/system-fault.node.ts";
export { LOCK, withFolder, type WorkFolderOptions } from "./files/work-folder.node.ts";
