// @ts-check
import { constants, crc32, deflateRawSync, gzipSync } from "node:zlib";
import { uint32 } from "./draws.mjs";

const MEBI = 2 ** 20;
const zeros = Buffer.alloc(MEBI);
/** DEFLATE of a mebibyte of zeros that others follow, about 1000 bytes, and of nothing, the end. */
const block = deflateRawSync(zeros, { finishFlush: constants.Z_SYNC_FLUSH });
const end = Uint8Array.of(3, 0);

/** @param {Uint8Array} begin @param {number} mebibytes of zeros after it */
function deflate(begin, mebibytes) {
  const first = deflateRawSync(begin, { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([first, ...Array.from({ length: mebibytes }, () => block), end]);
}

/**
 * A zlib stream that unpacks to some bytes and then to mebibytes of zeros.
 *
 * @param {Uint8Array} begin @param {number} mebibytes
 */
export function zlibBomb(begin, mebibytes) {
  let [a, b] = [1, 0];
  for (const byte of begin) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const sum = Number((BigInt(b) + BigInt(a) * BigInt(mebibytes * MEBI)) % 65521n);
  return Buffer.concat([Uint8Array.of(0x78, 0x9c), deflate(begin, mebibytes), uint32(sum * 65536 + a, true)]);
}

/** The same as a gzip file. @param {Uint8Array} begin @param {number} mebibytes */
export function gzipBomb(begin, mebibytes) {
  const header = gzipSync("").subarray(0, 10);
  let sum = crc32(begin);
  for (let i = 0; i < mebibytes; i++) sum = crc32(zeros, sum);
  return Buffer.concat([header, deflate(begin, mebibytes), uint32(sum), uint32(begin.length + mebibytes * MEBI)]);
}
