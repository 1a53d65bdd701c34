import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { InputError } from "../errors.ts";

/**
 * The folder `kwta` in the cache folder of this system, which is XDG_CACHE_HOME or `~/.cache`, on macOS `~/Library/Caches`,
 * on Windows LOCALAPPDATA; or KWTA_CACHE_DIR.
 *
 * @throws InputError when this user has no home folder, and no variable names another place
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (a path there must be absolute, else it is ignored)
 */
export function cacheFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  return env["KWTA_CACHE_DIR"] || join(systemFolder(env, platform), "kwta");
}

function systemFolder(env: Readonly<Record<string, string | undefined>>, platform: string): string {
  const xdg = env["XDG_CACHE_HOME"];
  if (xdg !== undefined && isAbsolute(xdg)) return xdg;
  if (platform === "win32") return env["LOCALAPPDATA"] || join(homeFolder(env), "AppData", "Local");
  const home = homeFolder(env);
  return platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}

function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  const home = env["HOME"] ?? homeOfUser();
  if (home !== undefined && isAbsolute(home)) return home;
  throw new InputError(
    "There is no home folder to keep files in. Set KWTA_CACHE_DIR to a folder, or HOME to that of this user.",
  );
}

/** Undefined where the system knows no user of this number, as in some containers. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
