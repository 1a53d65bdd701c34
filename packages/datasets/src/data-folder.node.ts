import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where data sets are looked for and downloaded to: KWTA_DATA_DIR; without it the folder `kwta/datasets` in the cache
 * folder of this system, which is XDG_CACHE_HOME or `~/.cache`, on macOS `~/Library/Caches`, on Windows LOCALAPPDATA.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (a path there must be absolute, else it is ignored)
 */
export function dataFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const named = env["KWTA_DATA_DIR"];
  if (named !== undefined && named !== "") return named;
  return join(cacheFolder(env, platform), "kwta", "datasets");
}

function cacheFolder(env: Readonly<Record<string, string | undefined>>, platform: string): string {
  const home = env["HOME"] ?? homedir();
  const xdg = env["XDG_CACHE_HOME"];
  if (xdg !== undefined && isAbsolute(xdg)) return xdg;
  if (platform === "win32") return env["LOCALAPPDATA"] ?? join(home, "AppData", "Local");
  return platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}
