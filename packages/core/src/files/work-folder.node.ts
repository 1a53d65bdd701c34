import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { prepareFolder, TEMPORARY } from "./files.node.ts";
import { withLock, type LockOptions } from "./lock.node.ts";
import { explainSystemFault } from "./system-fault.node.ts";

/** @see {@link withFolder} */
export interface WorkFolderOptions extends LockOptions {
  /** Folders inside that the work writes into: they are swept too. @defaultValue none */
  readonly inside?: readonly string[] | undefined;
}

/**
 * Does work that writes into a folder: makes it, proves that it can be written, keeps other processes out by its lock file
 * `.kwta.lock`, and sweeps what a process left there that was killed. A fault of the disk becomes a sentence.
 *
 * @param work receives a signal; see `withLock`
 * @throws InputError when the folder cannot be written, when another process is at work in it and `wait` is false, or for a
 *   fault of the disk
 */
export async function withFolder<T>(
  path: string,
  work: (signal: AbortSignal) => Promise<T>,
  { wait = false, inside = [], ...options }: WorkFolderOptions = {},
): Promise<T> {
  await prepareFolder(path);
  try {
    const swept = async (signal: AbortSignal): Promise<T> => {
      for (const folder of ["", ...inside]) await sweep(join(path, folder));
      return work(signal);
    };
    return await withLock(join(path, LOCK), swept, { ...options, wait });
  } catch (error) {
    throw explainSystemFault(error);
  }
}

/** The lock file of a folder. */
export const LOCK = ".kwta.lock";

/** Unfinished files, and drafts of locks, whose writers are dead: the lock is held. */
async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (TEMPORARY.test(name) || name.startsWith(`${LOCK}.`))
      await rm(join(folder, name), { recursive: true, force: true });
}
