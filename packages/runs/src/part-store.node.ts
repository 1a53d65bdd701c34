import { digest } from "@kwta/core";
import type { EvaluationPart, PartStore } from "@kwta/evaluation";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readKept, writeKept } from "./kept.node.ts";

/**
 * Keeps finished units of evaluations in a folder, a file each, named by its key and by a digest of its samples. Keys are digests of
 * all that a unit depends on, so one folder serves any number of evaluations. A file that is damaged, or of another key, counts
 * as none.
 *
 * @param folder need not exist
 */
export function folderOfParts(folder: string): PartStore {
  return {
    async get(key) {
      const names = await readdir(folder).catch(() => []);
      const own = names.filter((name) => name.startsWith(`${key}-`) && name.endsWith(".json")).sort();
      const parts = await Promise.all(own.map((name) => readKept<EvaluationPart>(join(folder, name), key)));
      return parts.filter((part) => part !== undefined);
    },
    async add(key, part) {
      const samples = await digest(...part.samples);
      await writeKept(join(folder, `${key}-${samples.slice(0, 16)}.json`), key, part);
    },
  };
}
