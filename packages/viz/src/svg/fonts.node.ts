import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";
import { woffToTtf } from "./woff.ts";

/** The name of the font in {@link fonts}. */
export const FONT = "DejaVu Sans";

/**
 * DejaVu Sans as TrueType, normal and bold, for files that look the same on machines with any fonts or none.
 *
 * @throws Error when `@fontsource/dejavu-sans` is not installed
 */
export async function fonts(): Promise<readonly [normal: Uint8Array, bold: Uint8Array]> {
  const require = createRequire(import.meta.url);
  const read = async (path: string): Promise<Uint8Array> => woffToTtf(await readFile(path), inflateSync);
  return [
    await read(require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff")),
    await read(require.resolve("@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff")),
  ];
}

/** What a person who lacks optional packages does. */
export function missing(what: string, packages: string, error: unknown): string {
  const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
  return `${what} files need packages that are not here: npm install ${packages}. The SVG needs none. (${reason})`;
}
