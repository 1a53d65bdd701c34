import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { NativeKernels } from "../native-kernels.ts";

const FOLDER = new URL("../../native/", import.meta.url);

/** The addon that is loaded first. */
export const START: URL = new URL("start/start.cc", FOLDER);

/** Every C++ file that becomes the native addon: this package's and those of the joined kernels. */
export function nativeSources(joined: readonly NativeKernels[]): URL[] {
  const own = readdirSync(FOLDER).filter((name) => /\.(cc|h)$/.test(name));
  return [...own.sort().map((name) => new URL(name, FOLDER)), ...joined.flatMap(({ sources }) => sources)];
}

/** SHA-256 of a file in hexadecimal. */
export function digestOf(file: URL): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
