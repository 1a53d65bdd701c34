import { join } from "node:path";
import { cacheFolder, InputError } from "@kwta/core";

/** Where the tensorflow backend is set up: the folder `tensorflow` in kwta's cache folder (KWTA_CACHE_DIR, or the system's). */
export function tensorflowFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(cacheFolder(env), "tensorflow");
}

/** {@link tensorflowFolder}, or undefined for a user without a home, for whom nothing can have been set up. */
export function tensorflowFolderIfAny(): string | undefined {
  try {
    return tensorflowFolder();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
