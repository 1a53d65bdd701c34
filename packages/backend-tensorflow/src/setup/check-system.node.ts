import { statfs } from "node:fs/promises";
import { InputError } from "@kwta/core";
import { howToInstall } from "./advice.node.ts";
import { runProgram } from "./run-program.node.ts";
import type { Wheel } from "./wheels.ts";

/** Why there can be no backend on this system, and what to do; undefined where there can. */
export function whyUnsupported(platform: string = process.platform): string | undefined {
  if (platform === "linux" || platform === "darwin") return undefined;
  const advice =
    platform === "win32"
      ? "On Windows use it inside WSL (wsl --install), where it is a Linux."
      : "Use another backend.";
  return `The tensorflow backend is for Linux and macOS; this is ${platform}. ${advice}`;
}

/**
 * Checks that the C library is one that a wheel runs on.
 *
 * @throws InputError when not
 */
export function checkGlibc({ glibc }: Wheel, found: string | undefined = glibcVersion()): void {
  if (!glibc) return;
  const needed = glibc.join(".");
  if (!found) {
    throw new InputError(
      `TensorFlow needs glibc ${needed} or newer, and this system has another C library (as Alpine has musl). ` +
        "Use a system with glibc, such as Debian, or another backend.",
    );
  }
  const [major = 0, minor = 0] = found.split(".").map(Number);
  if (major > glibc[0] || (major === glibc[0] && minor >= glibc[1])) return;
  throw new InputError(`TensorFlow needs glibc ${needed} or newer, and this system has ${found}. Use a newer system.`);
}

function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime;
}

/**
 * The system's C++ compiler: what CXX names, or c++, g++ or clang++.
 *
 * @throws InputError when there is none
 */
export async function findCompiler(): Promise<string> {
  const named = process.env["CXX"];
  for (const command of named ? [named] : ["c++", "g++", "clang++"]) {
    if ((await runProgram(command, ["--version"])).ended === 0) return command;
  }
  throw new InputError(
    named
      ? `The C++ compiler ${named}, which CXX names, cannot be run. Name another one, or unset CXX.`
      : `There is no C++ compiler. Install one: ${howToInstall("compiler")}`,
  );
}

/**
 * Checks that a disk has room.
 *
 * @throws InputError when not
 */
export async function checkRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  throw new InputError(
    `${folder} has ${megabytes(bavail * bsize)} of room, and ${megabytes(bytes)} are needed for a while. ` +
      "Make room, or set KWTA_CACHE_DIR to a folder on another disk.",
  );
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
