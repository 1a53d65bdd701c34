import { InputError, mostUnpacked } from "@kwta/core";

/**
 * Unpacks compressed bytes, checksum included.
 *
 * @param source named in errors
 * @param allowed bytes that the content may have: unpacking stops there, or where its length justifies no more
 * @throws InputError when it is cut short, damaged or unpacks to more
 */
export async function inflate(
  bytes: Uint8Array<ArrayBuffer>,
  format: "gzip" | "deflate",
  source: string,
  allowed: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const most = Math.min(allowed, mostUnpacked(bytes.length));
  const reader = pieces(bytes).pipeThrough(new DecompressionStream(format)).getReader();
  let out = new Uint8Array(Math.min(most, Math.max(4 * bytes.length, 1 << 16)));
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return out.subarray(0, length);
      if (length + value.length > most) throw new TooMuch();
      if (length + value.length > out.length) out = grow(out, Math.min(most, 2 * (length + value.length)));
      out.set(value, length);
      length += value.length;
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw new InputError(`${source} is not a usable ${NAMES[format]}: ${explain(error)}. Get it again.`);
  }
}

/** {@link inflate} of a gzip file, told by its first two bytes and not by its name; other content is returned as it is. */
export async function gunzipIfNeeded(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? await inflate(bytes, "gzip", source, most) : bytes;
}

const NAMES = { gzip: "gzip file", deflate: "compressed file" };

class TooMuch extends Error {}

/** Views of 1 MiB, so that a large file is neither copied nor queued whole. */
function pieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, (at += 1 << 20)));
    },
  });
}

function grow(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

function explain(error: unknown): string {
  if (error instanceof TooMuch) return "it unpacks to more than such a file can hold";
  // Browsers do not tell the two apart.
  return REASONS[(error as { code?: string }).code ?? ""] ?? "it is cut short or damaged";
}

const REASONS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: "it is cut short",
  Z_DATA_ERROR: "it is damaged (its content or checksum does not add up)",
};
