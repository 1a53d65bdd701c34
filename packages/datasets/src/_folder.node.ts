import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError, show } from "@kwta/core";
import { readInput } from "@kwta/core/node";

/** The files of a data set: each entry lists the names that one file may have, the usual one first. */
type WantedFiles = readonly (readonly string[])[];

export interface Layout {
  /** The data set, for people: `"CIFAR-10"`. */
  readonly title: string;
  /** Folders inside the data folder that are looked into as well. */
  readonly folders: readonly string[];
  readonly files: WantedFiles;
  /** Said when nothing is found. */
  readonly advice: string;
}

/**
 * Finds the folder that holds a data set, the given one or one inside it, and the path of each file in it.
 *
 * @throws InputError that says what was looked for and what is there
 */
export async function findFiles(dataDir: string | undefined, layout: Layout): Promise<string[]> {
  const { title, folders, files, advice } = layout;
  const looked = `looked for ${shorten(files.map(([name]) => name!))}, there or in ${folders.map(show).join(" or ")}`;
  if (dataDir === undefined || dataDir === "") {
    throw new InputError(
      `${title} is read from files: name its folder with --data-dir (dataDir) or KWTA_DATA_DIR. ${advice}`,
    );
  }
  for (const folder of [dataDir, ...folders.map((name) => join(dataDir, name))]) {
    const present = new Set(await namesIn(folder));
    const found = files.map((names) => names.find((name) => present.has(name)));
    if (found.every((name) => name === undefined)) continue;
    const missing = files.filter((_, i) => found[i] === undefined).map(([name]) => name!);
    if (missing.length > 0) {
      throw new InputError(
        `${show(folder)} lacks ${shorten(missing)}; it holds ${shorten([...present])}. Get the rest of ${title} as well.`,
      );
    }
    return found.map((name) => resolve(folder, name!));
  }
  throw new InputError(`No ${title} in ${show(dataDir)}: ${looked}; ${await describe(dataDir)}. ${advice}`);
}

/**
 * Reads a file of at most `most` bytes, looking at its length first.
 *
 * @throws InputError when it is larger, or cannot be read
 */
export async function readBounded(path: string, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) throw new InputError(`${show(path)} is not a file.`);
  if (found && found.size > most) {
    throw new InputError(
      `${show(path)} has ${found.size} bytes, more than the ${most} that such a file can have. ` +
        "It is something else; get the right one.",
    );
  }
  return await readInput(path);
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
