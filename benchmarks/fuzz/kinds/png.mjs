// @ts-check
import { decodeImage } from "@kwta/datasets";
import { crc32, deflateSync } from "node:zlib";
import { repeat, uint32 } from "../draws.mjs";
import { zlibBomb } from "../zeros.mjs";
/** @import { Draws } from "../draws.mjs" */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const SIDES = [1, 2, 8, 8, 8, 33, 100, 1000, 2300, 4096, 5600, 8192];
const WRONG_SIDES = [0, 65535, 65536, 2 ** 31 - 1, 2 ** 32 - 1];
const EXTRAS = ["tEXt", "zTXt", "iTXt", "iCCP", "tRNS", "PLTE", "IDAT", "IHDR", "acTL", "fcTL", "fdAT", "eXIf", "abCd"];
/** Colour type, values a pixel, depths. */
const TYPES = /** @type {const} */ ([
  [0, 1, [1, 2, 4, 8, 16]],
  [2, 3, [8, 16]],
  [3, 1, [1, 2, 4, 8]],
  [4, 2, [8, 16]],
  [6, 4, [8, 16, 16]],
]);

/** Headers of all kinds, chunks in any number, pixels and texts that unpack to much more or less than is said. */
export const png = {
  name: "png",
  /** @param {Draws} d */
  make(d) {
    const [type, channels, depths] = d.pick(TYPES);
    const [side, depth] = [d.pick(SIDES), d.pick(depths)];
    const [width, height] = d.chance(0.9) ? [side, d.chance(0.6) ? side : d.pick(SIDES)] : [d.pick(WRONG_SIDES), side];
    const last = d.chance(0.95) ? [depth, type, 0, 0, d.below(2)] : [...d.bytes(5)];
    const header = Buffer.concat([uint32(width, true), uint32(height, true), Uint8Array.from(last)]);
    const rows = height * (1 + Math.ceil((width * depth * channels) / 8));
    const parts = [SIGNATURE, chunk("IHDR", header, d)];
    if (type === 3 || d.chance(0.1)) parts.push(chunk("PLTE", d.bytes(3 * d.below(257)), d));
    if (d.chance(0.3)) parts.push(extras(d));
    parts.push(...pixels(d, rows));
    if (d.chance(0.2)) parts.push(extras(d));
    if (d.chance(0.97)) parts.push(chunk("IEND", new Uint8Array(0), d));
    return Buffer.concat(parts);
  },
  /** @param {Uint8Array} bytes */
  read: (bytes) => decodeImage(bytes),
};

/** @param {string} type @param {Uint8Array} data @param {Draws} d */
function chunk(type, data, d) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = d.chance(0.998) ? data.length : d.length(0);
  return Buffer.concat([uint32(length, true), body, uint32(crc32(body), true)]);
}

/** @param {Draws} d */
function extras(d) {
  const type = d.pick(EXTRAS);
  const name = Buffer.from("name\0\0", "latin1");
  const bomb = () => Buffer.concat([name, zlibBomb(new Uint8Array(0), d.many(480))]);
  const data = d.chance(0.4) ? bomb() : d.bytes(d.below(30));
  return repeat(chunk(type, data, d), d.chance(0.5) ? 1 : d.many(50_000));
}

/** In one chunk or many. @param {Draws} d @param {number} rows bytes that the header promises */
function pixels(d, rows) {
  const data = packed(d, rows);
  const size = d.chance(0.7) ? data.length : d.many(data.length);
  const parts = [];
  for (let at = 0; at < data.length && parts.length < 40_000; at += size) parts.push(data.subarray(at, at + size));
  return parts.map((part) => chunk("IDAT", part, d));
}

/** @param {Draws} d @param {number} rows */
function packed(d, rows) {
  const mebibytes = Math.floor(rows / 2 ** 20);
  if (d.chance(0.7) && mebibytes < 480) return zlibBomb(Buffer.alloc(rows - mebibytes * 2 ** 20), mebibytes);
  return d.chance(0.6) ? zlibBomb(d.bytes(10), d.many(480)) : deflateSync(d.bytes(d.many(5000)));
}
