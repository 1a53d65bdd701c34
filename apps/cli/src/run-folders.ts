import { InputError } from "@kwta/core";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Where results go unless --out names a place. */
const ROOT = "runs";

/** The first of `runs/NAME-1`, `runs/NAME-2`, ... that does not exist. */
export async function nextFolder(name: string): Promise<string> {
  const taken = new Set(await names());
  for (let i = 1; ; i++) if (!taken.has(`${name}-${i}`)) return join(ROOT, `${name}-${i}`);
}

/**
 * The folder under `runs/` that was changed last, among those whose name begins with `prefix`.
 *
 * @param how another one is named: `--resume FOLDER`
 * @throws InputError when there is none
 */
export async function newestFolder(prefix: string, how = "--resume FOLDER"): Promise<string> {
  const folders = (await names()).filter((name) => name.startsWith(prefix)).map((name) => join(ROOT, name));
  const dated = await Promise.all(folders.map(async (path) => ({ path, time: (await stat(path)).mtimeMs })));
  const newest = dated.sort((a, b) => b.time - a.time)[0];
  if (newest === undefined) {
    throw new InputError(`There is no folder ${ROOT}/${prefix}* here. Name one: ${how}.`);
  }
  return newest.path;
}

async function names(): Promise<string[]> {
  return readdir(ROOT).catch(() => []);
}
