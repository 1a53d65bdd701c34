import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { NativeKernels } from "@kwta/backend";

/** Found by the package's name, so that it is also found from a bundle. */
export const FOLDER: URL = new URL(
  "native/",
  pathToFileURL(createRequire(import.meta.url).resolve("@kwta/backend-tensorflow/package.json")),
);

/** The addon that is loaded first. */
export const START: URL = new URL("start/start.cc", FOLDER);

/** Every C++ file that becomes the native addon: this package's and those of kernel packs. */
export function nativeSources(joined: readonly NativeKernels[]): URL[] {
  const own = readdirSync(FOLDER).filter((name) => /\.(cc|h)$/.test(name));
  return [...own.sort().map((name) => new URL(name, FOLDER)), ...joined.flatMap(({ sources }) => sources)];
}

/** SHA-256 of a file in hexadecimal. */
export function digestOf(file: URL): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
