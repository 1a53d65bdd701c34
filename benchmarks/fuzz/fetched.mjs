// @ts-check
import { fetchDataset } from "@kwta/datasets";
import { createHash } from "node:crypto";

/**
 * Reads files as a page does that fetches them, from a source that says that they are what they should be.
 *
 * @param {string} name of the data set
 * @param {Readonly<Record<string, Uint8Array>>} files
 * @param {Readonly<Record<string, number>>} [unpack] what is taken out of them
 */
export async function fetched(name, files, unpack) {
  const list = Object.entries(files).map(([file, bytes]) => ({
    name: file,
    urls: [`data:application/octet-stream;base64,${Buffer.from(bytes).toString("base64")}`],
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    digestsFrom: [],
    ...(unpack && { unpack }),
  }));
  return await fetchDataset(name, { cache: null, source: { homepage: "", folder: "", files: list } });
}
