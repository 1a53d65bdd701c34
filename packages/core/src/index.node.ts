export * from "./index.ts";
export { cacheFolder } from "./cache-folder.node.ts";
export { prepareFolder, readInput, readJson, writeFileAtomic, writeJson } from "./files.node.ts";
export { withLock, type LockOptions } from "./lock.node.ts";
