import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { NODE_API_HEADERS } from "./fetch-npm-package.node.ts";
import { readRecords } from "./setup-record.node.ts";

/** What the names of folders begin with that are not done yet. */
export const TEMPORARY = "unfinished-";

/** What a run that was killed left. */
export async function removeRests(folder: string): Promise<void> {
  const rests = (await readdir(folder)).filter((name) => name.startsWith(TEMPORARY));
  await Promise.all(rests.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** Removes what no machine that shares the folder uses any more. */
export async function removeUnused(folder: string, prefix: string): Promise<void> {
  const used = readRecords(folder).flatMap(({ tensorflow, tfjsNode, addons }) => [
    tensorflow.folder,
    tfjsNode.folder,
    ...Object.values(addons),
  ]);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const isUsed = used.some((each) => each === path || each.startsWith(`${path}/`)) || entry.name.startsWith(HEADERS);
    if (entry.isDirectory() && entry.name.startsWith(prefix) && !isUsed)
      await rm(path, { recursive: true, force: true });
  }
}

const HEADERS = NODE_API_HEADERS.name;

/** Removes what was made on the way. */
export async function keepOnly(folder: string, names: readonly string[]): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !names.includes(name));
  await Promise.all(others.map((name) => rm(join(folder, name))));
}
