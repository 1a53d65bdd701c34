import { readJson, writeJson } from "@kwta/core";
import type { EvaluationPart, PartStore } from "@kwta/evaluation";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Keeps finished parts of evaluations in a folder, a file each under its key. Keys are digests of all that a part depends on,
 * so one folder serves any number of evaluations, also of several processes at once.
 *
 * @param folder need not exist
 */
export function folderOfParts(folder: string): PartStore {
  const fileOf = (key: string): string => join(folder, `${key}.json`);
  return {
    get: async (key) => (existsSync(fileOf(key)) ? ((await readJson(fileOf(key))) as EvaluationPart) : undefined),
    set: (key, part) => writeJson(fileOf(key), part),
  };
}
