import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError, show } from "../errors.ts";
import { reasonOf } from "./system-fault.node.ts";

/**
 * Writes a file so that a reader, or a crash, sees the old content or the new one, never a part. Makes its folder. A link
 * stays: the file that it leads to is written.
 *
 * @throws InputError when the place cannot be written, or holds what is no regular file, such as a device
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const target = await regularFile(path);
  const temporary = join(dirname(target), temporaryName());
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new InputError(`Cannot write ${show(path)}: ${reasonOf(error)}. Choose another folder or make room there.`);
  }
}

/** The file that a path leads to, or its own place where there is none yet. */
async function regularFile(path: string): Promise<string> {
  const found = await lstat(path).catch(() => undefined);
  const target = found?.isSymbolicLink() ? await realpath(path).catch(() => path) : path;
  const reached = target === path ? found : await lstat(target);
  if (reached === undefined || reached.isFile()) return target;
  const what = reached.isDirectory() ? "a folder" : reached.isSymbolicLink() ? "a link to nothing" : "no regular file";
  throw new InputError(`Cannot write ${show(path)}: there is ${what} of that name. Name another file.`);
}

/** A name for a file, or a folder, that is not complete yet; {@link TEMPORARY} matches them. */
export function temporaryName(): string {
  return `.${randomUUID()}.tmp`;
}

/** Matches every {@link temporaryName}. */
export const TEMPORARY: RegExp = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** `writeFileAtomic` of a value as indented JSON. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads a JSON file.
 *
 * @throws InputError when it is missing or damaged
 */
export async function readJson(path: string): Promise<unknown> {
  const text = await readInput(path);
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    throw new InputError(`${show(path)} is not valid JSON. It may be damaged; make it again or name another file.`);
  }
}

/**
 * Reads a whole file that a person named.
 *
 * @throws InputError when it cannot be read
 */
export async function readInput(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // A copy of its own: small files of `readFile` share one pooled buffer.
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new InputError(`Cannot read ${show(path)}: ${reasonOf(error)}.`);
  }
}

/**
 * Makes a folder, and proves that files can be written there, before any work is spent on what will go into it.
 *
 * @throws InputError when that is not so
 */
export async function prepareFolder(path: string): Promise<void> {
  const probe = join(path, temporaryName());
  try {
    await mkdir(path, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new InputError(`Cannot write into the folder ${show(path)}: ${reasonOf(error)}. Name another folder.`);
  }
}
