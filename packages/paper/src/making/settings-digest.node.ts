import { stableJson } from "@kwta/core";
import { createHash } from "node:crypto";

/**
 * A short name for settings: the same for the same settings, whatever the order of their keys. Where files lie is no
 * setting.
 */
export function settingsDigest(settings: unknown): string {
  return createHash("sha256")
    .update(stableJson(withoutPlaces(settings)))
    .digest("hex")
    .slice(0, 12);
}

/** A copy without the folders of data sets: nobody else's machine has them. */
export function withoutPlaces<T>(settings: T): T {
  return JSON.parse(JSON.stringify(settings, (key, value: unknown) => (key === "dataDir" ? undefined : value))) as T;
}
