import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InputError, show } from "../errors.ts";

/**
 * Writes a file so that a reader, or a crash, sees the old content or the new one, never a part. Makes its folder.
 *
 * @throws InputError when the place cannot be written
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new InputError(`Cannot write ${show(path)}: ${reason(error)}. Choose another folder or make room there.`);
  }
}

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
    throw new InputError(`Cannot read ${show(path)}: ${reason(error)}.`);
  }
}

/**
 * Makes a folder, and proves that files can be written there, before any work is spent on what will go into it.
 *
 * @throws InputError when that is not so
 */
export async function prepareFolder(path: string): Promise<void> {
  const probe = join(path, `.${randomUUID()}.tmp`);
  try {
    await mkdir(path, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw new InputError(`Cannot write into the folder ${show(path)}: ${reason(error)}. Name another one with --out.`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder, not a file",
  EEXIST: "a file of that name is in the way",
  ENOSPC: "the disk is full",
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}
