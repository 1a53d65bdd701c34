import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** How many threads may run at a time: cores, less where a container (cgroup) is given a part of them. */
export function usableCores(read: (path: string) => string = readText): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota(read) ?? Infinity)));
}

/** Cores' worth of time that the cgroup has; undefined without a limit. */
function quota(read: (path: string) => string): number | undefined {
  const limits = [
    () => read("/sys/fs/cgroup/cpu.max").trim().split(/\s+/),
    () => [read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), read("/sys/fs/cgroup/cpu/cpu.cfs_period_us")],
  ];
  for (const limit of limits) {
    try {
      const [time, period] = limit().map(Number) as [number, number];
      return time > 0 && period > 0 ? time / period : undefined;
    } catch {
      // This machine has the other kind of cgroup, or none.
    }
  }
  return undefined;
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}
