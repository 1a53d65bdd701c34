import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/**
 * What code that is compiled for this machine depends on, as a part of file names: on another machine it may crash. The
 * addons use version 8 of Node-API, which every Node that kwta runs on has, so the version of Node is no part of it.
 */
export function machineKey(): string {
  const cpu = createHash("sha256").update(cpuFeatures()).digest("hex").slice(0, 12);
  return `${process.platform}-${process.arch}-${cpu}-napi8`;
}

/** Linux lists them as `flags` or, on arm64, `Features`; elsewhere the model stands for them. */
function cpuFeatures(): string {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
    if (line) return line[1]!.trim().split(/\s+/).sort().join(" ");
  } catch {
    // No Linux.
  }
  return cpus()[0]?.model ?? "";
}
