import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The folder `kwta` in the cache folder of this system, which is XDG_CACHE_HOME or `~/.cache`, on macOS `~/Library/Caches`,
 * on Windows LOCALAPPDATA; or KWTA_CACHE_DIR.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (a path there must be absolute, else it is ignored)
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  return env["KWTA_CACHE_DIR"] || join(systemFolder(env, platform), "kwta");
}

function systemFolder(env: Readonly<Record<string, string | undefined>>, platform: string): string {
  const home = env["HOME"] ?? homedir();
  const xdg = env["XDG_CACHE_HOME"];
  if (xdg !== undefined && isAbsolute(xdg)) return xdg;
  if (platform === "win32") return env["LOCALAPPDATA"] ?? join(home, "AppData", "Local");
  return platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}
