import { InputError, reasonOf, show, temporaryName } from "@kwta/core";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";

/** Enough that a full disk shows: an empty file has room on it. */
export const ROOM: number = 2 ** 18;

/**
 * Proves that a folder has room for a file.
 *
 * @throws InputError where it has none
 */
export async function checkRoom(path: string): Promise<void> {
  const probe = join(path, temporaryName());
  try {
    const file = await open(probe, "wx");
    try {
      await file.writeFile(new Uint8Array(ROOM).fill(1));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new InputError(`Cannot write into the store ${show(path)}: ${reasonOf(error)}. Make room there.`);
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}
