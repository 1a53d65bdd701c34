import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError, show } from "@kwta/core";
import type { Layout } from "./layout.ts";

/** Where the files of a layout lie, in its order; those that may be missing and are, undefined. */
export interface FoundFiles {
  readonly layout: Layout;
  readonly folder: string;
  readonly paths: readonly (string | undefined)[];
}

/**
 * Finds the folder that holds a data set, the given one or one inside it, and the path of each file in it.
 *
 * @param layouts tried in this order
 * @throws InputError that says what was looked for and what is there
 */
export async function findFiles(dataDir: string, layouts: readonly Layout[]): Promise<FoundFiles> {
  let lack: string | undefined;
  for (const layout of layouts) {
    for (const folder of [dataDir, ...layout.folders.map((name) => join(dataDir, name))]) {
      const present = new Set(await namesIn(folder));
      const found = layout.files.map(({ names }) => names.find((name) => present.has(name)));
      if (found.every((name, i) => name === undefined || layout.files[i]!.optional)) continue;
      const missing = layout.files.filter(({ optional }, i) => !optional && found[i] === undefined);
      if (missing.length === 0) {
        return { layout, folder: resolve(folder), paths: found.map((name) => name && resolve(folder, name)) };
      }
      lack ??=
        `${show(folder)} lacks ${shorten(missing.map(({ names }) => names[0]!))}; ` +
        `it holds ${shorten([...present])}. Get the rest of ${layout.title} as well.`;
    }
  }
  throw new InputError(lack ?? (await nothingFound(dataDir, layouts)));
}

async function nothingFound(dataDir: string, layouts: readonly Layout[]): Promise<string> {
  const { name: id, title, files, advice } = layouts[0]!;
  const names = shorten(files.filter(({ optional }) => !optional).map(({ names: [name] }) => name!));
  const folders = layouts.flatMap((layout) => layout.folders.map(show)).join(" or ");
  return (
    `No ${title} in ${show(dataDir)}: looked for ${names}, there or in ${folders}; ${await describe(dataDir)}. ` +
    `${advice} "kwta datasets download ${id}" fetches it; --data-dir (dataDir) or KWTA_DATA_DIR names another folder.`
  );
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

async function describe(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) return "there is no such folder";
  if (!found.isDirectory()) return "it is a file, not a folder";
  const names = await readdir(folder).catch(() => undefined);
  if (!names) return "the folder cannot be listed";
  return names.length === 0 ? "the folder is empty" : `it holds ${shorten(names.sort())}`;
}

function shorten(names: readonly string[]): string {
  const most = 8;
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}
