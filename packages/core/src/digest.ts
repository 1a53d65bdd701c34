import { isObject } from "./checks.ts";

/**
 * SHA-256 in hexadecimal of several parts, texts or numbers: the same only for the same parts. What is kept is named by it.
 *
 * @throws Error in a page without a secure address, where browsers have no digests
 */
export async function digest(...parts: readonly (string | ArrayBufferView)[]): Promise<string> {
  const own = await Promise.all(parts.map(digestOne));
  // Of the digests of the parts, so that they are told apart and never joined in memory.
  const all = new Uint8Array(32 * own.length);
  own.forEach((each, i) => all.set(each, 32 * i));
  return hex(await digestOne(all));
}

/**
 * SHA-256 of bytes in hexadecimal, as `sha256sum` prints it of a file.
 *
 * @throws Error in a page without a secure address, where browsers have no digests
 */
export async function sha256(bytes: ArrayBufferView): Promise<string> {
  return hex(await digestOne(bytes));
}

async function digestOne(part: string | ArrayBufferView): Promise<Uint8Array> {
  const view = typeof part === "string" ? new TextEncoder().encode(part) : part;
  const bytes = new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  // Memory that is shared with threads is not taken.
  const shared = typeof SharedArrayBuffer !== "undefined" && view.buffer instanceof SharedArrayBuffer;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", shared ? bytes.slice() : bytes));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * JSON that is the same for the same value, whatever the order in which the keys of its objects were written; keys whose
 * value is undefined count as absent.
 */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}
