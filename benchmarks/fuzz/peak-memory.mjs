// @ts-check
import { readFileSync, writeFileSync } from "node:fs";

/** Forgets the highest memory of this process so far, and gives what it has now. @returns {number | undefined} bytes */
export function resetPeak() {
  try {
    // 5 resets the "high water mark", see proc(5).
    writeFileSync("/proc/self/clear_refs", "5");
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
}

/** The highest memory since then, in bytes. */
export function readPeak() {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  return 1024 * Number(found?.[1]);
}
