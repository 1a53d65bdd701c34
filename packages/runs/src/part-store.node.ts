import { decodeSafetensors, digest, encodeSafetensors, writeFileAtomic } from "@kwta/core";
import type { EvaluationPart, PartStore, SnapshotStore } from "@kwta/evaluation";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { readKept, writeKept } from "./kept.node.ts";

/**
 * Keeps finished units of evaluations in a folder, a file each, named by its key and by a digest of its samples. Keys are digests of
 * all that a unit depends on, so one folder serves any number of evaluations. A file that is damaged, or of another key, counts
 * as none. Units in the middle are safetensors files beside them.
 *
 * @param folder need not exist
 * @param others further folders, which are only read
 */
export function folderOfParts(folder: string, others: readonly string[] = []): PartStore {
  return {
    async get(key) {
      return (await Promise.all([folder, ...others].map((each) => partsIn(each, key)))).flat();
    },
    async add(key, part) {
      const samples = await digest(...part.samples);
      await writeKept(join(folder, `${key}-${samples.slice(0, 16)}.json`), key, part);
    },
    snapshots: snapshotsIn(folder),
  };
}

async function partsIn(folder: string, key: string): Promise<EvaluationPart[]> {
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => name.startsWith(`${key}-`) && name.endsWith(".json")).sort();
  const parts = await Promise.all(own.map((name) => readKept<EvaluationPart>(join(folder, name), key)));
  return parts.filter((part) => part !== undefined);
}

function snapshotsIn(folder: string): SnapshotStore {
  const fileOf = (name: string): string => join(folder, `${name}.safetensors`);
  return {
    async get(name) {
      try {
        return decodeSafetensors(await readFile(fileOf(name)), name);
      } catch {
        // There is none, or it is damaged: the unit begins again.
        return undefined;
      }
    },
    set: (name, snapshot) => writeFileAtomic(fileOf(name), encodeSafetensors(snapshot)),
    delete: (name) => rm(fileOf(name), { force: true }),
  };
}
