import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError, show } from "../errors.ts";
import { parseJson } from "../formats/json.ts";
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

/** A name for a file, or a folder, that is not complete yet; what starts in the folder later sweeps them. */
export function temporaryName(): string {
  return `.${randomUUID()}.tmp`;
}

/** Matches every {@link temporaryName}. */
export const TEMPORARY: RegExp = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** `writeFileAtomic` of a value as indented JSON. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Options of {@link readInput}. */
export interface ReadInputOptions {
  /**
   * Bytes that the file may have.
   * @defaultValue 2^31 - 1, the most that Node reads at once
   */
  readonly most?: number;
}

const MOST_BYTES = 2 ** 31 - 1;

/** Bytes of the longest JSON file that is read. */
const MOST_JSON = 2 ** 26;

/**
 * Reads a JSON file of up to 64 MiB by {@link parseJson}.
 *
 * @throws InputError when it is missing, damaged, or of another size or depth than programs write
 */
export async function readJson(path: string): Promise<unknown> {
  return parseJson(new TextDecoder().decode(await readInput(path, { most: MOST_JSON })), show(path));
}

/**
 * Reads a whole file that a person named, its length looked at first.
 *
 * @throws InputError when it cannot be read, is longer, or is a folder or a device
 */
export async function readInput(path: string, options: ReadInputOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { most = MOST_BYTES } = options;
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile() && !found.isFIFO())
    throw new InputError(`${show(path)} is not a file. Name another one.`);
  if (found && found.size > most) {
    throw new InputError(
      `${show(path)} has ${found.size} bytes, more than the ${most} that such a file can have. ` +
        "It is something else; get the right one.",
    );
  }
  try {
    const bytes = await readFile(path);
    // Small files of `readFile` share one pooled buffer.
    const isWhole = bytes.buffer.byteLength === bytes.length;
    return isWhole ? new Uint8Array(bytes.buffer as ArrayBuffer) : new Uint8Array(bytes);
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
