import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { throwIfAborted } from "@kwta/core";
import type { SourceFile } from "./sources.ts";

/** Length and digests of a file, read piece by piece. */
export async function digestFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string; md5: string }> {
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  let bytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    throwIfAborted(signal);
    sha256.update(piece);
    md5.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: sha256.digest("hex"), md5: md5.digest("hex") };
}

/** In what a file differs from what it should be, in words; undefined where it does not. */
export async function difference(path: string, file: SourceFile, signal?: AbortSignal): Promise<string | undefined> {
  const { size } = await stat(path);
  if (size !== file.bytes) return `it has ${size} bytes, not ${file.bytes}`;
  const { sha256, md5 } = await digestFile(path, signal);
  if (sha256 !== file.sha256) return `its SHA-256 is ${sha256}, not ${file.sha256}`;
  if (file.md5 !== undefined && md5 !== file.md5) return `its MD5 is ${md5}, not ${file.md5}`;
  return undefined;
}
