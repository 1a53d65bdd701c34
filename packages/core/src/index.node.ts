export * from "./index.ts";
export { cacheFolder } from "./files/cache-folder.node.ts";
export { prepareFolder, readInput, readJson, writeFileAtomic, writeJson } from "./files/files.node.ts";
export { withLock, type LockOptions } from "./files/lock.node.ts";
