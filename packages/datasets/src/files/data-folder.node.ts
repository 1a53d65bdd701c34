import { join } from "node:path";
import { cacheFolder } from "@kwta/core";

/**
 * Where data sets are looked for and downloaded to: KWTA_DATA_DIR; without it the folder `datasets` in kwta's cache folder,
 * see `cacheFolder`.
 */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const named = env["KWTA_DATA_DIR"];
  if (named !== undefined && named !== "") return named;
  return join(cacheFolder(env, platform), "datasets");
}
