import type { PartStore } from "@kwta/evaluation";
import { join } from "node:path";
import { readKept, writeKept } from "./kept.node.ts";

/**
 * Keeps finished parts of evaluations in a folder, a file each under its key. Keys are digests of all that a part depends on,
 * so one folder serves any number of evaluations. A file that is damaged, or of another key, counts as none.
 *
 * @param folder need not exist
 */
export function folderOfParts(folder: string): PartStore {
  const fileOf = (key: string): string => join(folder, `${key}.json`);
  return {
    get: (key) => readKept(fileOf(key), key),
    set: (key, part) => writeKept(fileOf(key), key, part),
  };
}
