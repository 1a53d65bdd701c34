import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { AbortedError, InputError, show, throwIfAborted, type LongWork } from "@kwta/core";
import { difference } from "./digest.node.ts";
import type { SourceFile } from "./sources.ts";

/** A transfer that breaks is taken up again so many times in a row without a new byte, from each place. */
const TRIES = 3;

/**
 * Fetches a file to `path` from the first of its places that has it. What has arrived stays in `path.part` and is gone on
 * with, now or in another process later. The file gets its name when its length and digests are right, not before.
 */
export async function fetchFile(
  file: SourceFile,
  urls: readonly string[],
  path: string,
  work: TransferWork,
): Promise<void> {
  const part = `${path}.part`;
  const failures: string[] = [];
  for (const url of urls) {
    const failure = await fetchFrom(url, part, file, work);
    if (failure === undefined) return await rename(part, path);
    failures.push(`${url}: ${failure}`);
  }
  throw new InputError(
    `Cannot download ${file.name}: ${failures.join("; ")}. Try again or name a mirror; or put the file itself at ` +
      `${show(path)} (${file.bytes} bytes, SHA-256 ${file.sha256}), e.g. by copying it from a machine that has it.`,
  );
}

type TransferWork = LongWork & {
  /** Milliseconds. */
  readonly retryDelay: number;
};

/** @returns why it failed, undefined when the right file is there */
async function fetchFrom(url: string, part: string, file: SourceFile, work: TransferWork): Promise<string | undefined> {
  for (let resumed = (await sizeOf(part)) > 0; ; resumed = false) {
    const failure = await transfer(url, part, file, work);
    if (failure !== undefined) return failure;
    const wrong = await difference(part, file, work.signal);
    if (wrong === undefined) return undefined;
    await rm(part, { force: true });
    // The beginning may have come from another version or another place: once more, from the start.
    if (!resumed) return `what came is not the file (${wrong})`;
  }
}

/** @returns why it failed, undefined when all bytes are there */
async function transfer(url: string, part: string, file: SourceFile, work: TransferWork): Promise<string | undefined> {
  let failure = "";
  let most = await sizeOf(part);
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await sleep(work.retryDelay * 2 ** (tries - 1));
    throwIfAborted(work.signal);
    if (most === file.bytes) return undefined;
    try {
      await attempt(url, part, file, work);
      return undefined;
    } catch (error) {
      if (work.signal?.aborted) throw new AbortedError();
      const size = await sizeOf(part);
      // What is gone on with later must be a beginning of the file.
      if (error instanceof TooMuch || size === 0) await rm(part, { force: true });
      if (error instanceof Refused) return error.message;
      failure = reason(error);
      if ((error as { cause?: { code?: string } }).cause?.code === "ENOTFOUND") return failure;
      if (size > most) {
        most = size;
        tries = -1;
      }
    }
  }
  return failure;
}

/** An answer that trying again will not change. */
class Refused extends Error {}

class TooMuch extends Refused {}

async function attempt(url: string, part: string, file: SourceFile, { signal, onProgress }: LongWork): Promise<void> {
  const from = await sizeOf(part);
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (from > 0) headers["range"] = `bytes=${from}-`;
  const response = await fetch(url, { headers, signal: signal ?? null });
  const start = resumeAt(response, from);
  if (start === undefined) {
    await response.body?.cancel();
    if (response.status === 416) await rm(part, { force: true });
    if (response.status >= 500 || response.status === 416) throw new Error(`the server says ${response.status}`);
    throw new Refused(`the server says ${response.status} ${response.statusText}`.trim());
  }
  const announced = response.headers.get("content-length");
  if (announced !== null && start + Number(announced) !== file.bytes) {
    await response.body?.cancel();
    throw new Refused(`what is there has ${start + Number(announced)} bytes, the file has ${file.bytes}`);
  }
  let done = start;
  const count = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      done += piece.length;
      if (done > file.bytes) throw new TooMuch(`it sends more than the ${file.bytes} bytes of the file`);
      yield piece;
      onProgress?.({ task: `download ${file.name}`, done, total: file.bytes, unit: "byte" });
    }
  };
  const body = Readable.fromWeb(response.body as import("node:stream/web").ReadableStream);
  await pipeline(body, count, createWriteStream(part, { flags: start > 0 ? "a" : "w" }));
  if (done < file.bytes) throw new Error(`it ended after ${done} of ${file.bytes} bytes`);
}

/** Where the body of an answer belongs in the file; undefined when it is no part of it. */
function resumeAt(response: Response, asked: number): number | undefined {
  if (response.status === 200) return 0;
  if (response.status !== 206) return undefined;
  const range = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
  return range && Number(range[1]) === asked ? asked : undefined;
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function reason(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  const code = cause?.code ?? "";
  return OFFLINE[code] ?? cause?.message ?? message;
}

const OFFLINE: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name cannot be resolved, this machine may be offline",
  EAI_AGAIN: "the name cannot be resolved, this machine may be offline",
  ECONNREFUSED: "nobody answers there",
  ECONNRESET: "the connection broke",
  UND_ERR_SOCKET: "the connection broke",
  UND_ERR_CONNECT_TIMEOUT: "nobody answers there",
};
