import { digest, readJson, stableJson, writeJson } from "@kwta/core";
import { existsSync } from "node:fs";

/** What a kept value is written as. */
interface Kept {
  /** Digest of all that the value depends on. */
  readonly key: string;
  /** SHA-256 of the value, as stable JSON. */
  readonly sha256: string;
  readonly value: unknown;
}

/**
 * Reads a value that {@link writeKept} wrote for this key.
 *
 * @returns undefined where there is none, and where the file is damaged or belongs to something else: it is made again then
 */
export async function readKept<T>(path: string, key: string): Promise<T | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    const kept = (await readJson(path)) as Kept | null;
    const isWhole = kept?.key === key && kept.sha256 === (await digest(stableJson(kept.value)));
    return isWhole ? (kept.value as T) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value that JSON can hold for {@link readKept}. @throws InputError when the place cannot be written */
export async function writeKept(path: string, key: string, value: unknown): Promise<void> {
  const sha256 = await digest(stableJson(value));
  await writeJson(path, { key, sha256, value } satisfies Kept);
}
