import { join } from "node:path";
import { cacheFolder } from "@kwta/core";

/** Where the tensorflow backend is set up: the folder `tensorflow` in kwta's cache folder (KWTA_CACHE_DIR, or the system's). */
export function tensorflowFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(cacheFolder(env), "tensorflow");
}
