import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { InputError, show } from "@kwta/core";

/**
 * Unpacks a gzip file, told by its first two bytes and not by its name; other content is returned as it is.
 *
 * @param most bytes that the content may have: unpacking stops there
 * @throws InputError when it is cut short, fails its checksum or unpacks to more
 */
export async function gunzipIfNeeded(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return new Uint8Array(await promisify(gunzip)(bytes, { maxOutputLength: most }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code ?? ""] ?? message;
    throw new InputError(`${show(path)} is not a usable gzip file: ${reason}. Get it again.`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: "it is cut short",
  Z_DATA_ERROR: "it is damaged (its content or checksum does not add up)",
  ERR_BUFFER_TOO_LARGE: "it unpacks to more than such a file can hold",
};
