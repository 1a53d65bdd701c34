// @ts-check
import { decodeImage } from "@kwta/datasets";
import { readFileSync } from "node:fs";
import { repeat, uint16 } from "../draws.mjs";
/** @import { Draws } from "../draws.mjs" */

const SCAN = 0xda;

/** @typedef {{ marker: number, bytes: Buffer }} Segment with the pixels that follow a scan */

const samples = ["rgb.jpg", "grey.jpg", "progressive.jpg"].map((name) =>
  split(readFileSync(new URL(`../../../packages/datasets/test/fixtures/${name}`, import.meta.url))),
);
const SIDES = [0, 1, 8, 24, 36, 100, 1000, 4000, 8000, 8192, 65500, 65535];

/** Real JPEGs with their tables and scans repeated, and other sizes in their headers. */
export const jpeg = {
  name: "jpeg",
  /** @param {Draws} d */
  make(d) {
    const parts = [];
    const lie = d.chance(0.6);
    const [height, width] = [d.pick(SIDES), d.pick(SIDES)];
    for (const { marker, bytes } of d.pick(samples)) {
      const copy = Buffer.from(bytes);
      if (isFrame(marker) && lie) {
        copy.set(uint16(height, true), 5);
        copy.set(uint16(width, true), 7);
        if (d.chance(0.2)) copy[9 + 2] = d.pick([0x11, 0x21, 0x22, 0x41, 0x44, 0x14, 0xff]);
      }
      if (d.chance(0.05)) copy[d.below(copy.length)] = d.below(256);
      const many = marker === SCAN ? 3000 : 20_000;
      parts.push(repeat(copy, d.chance(0.15) ? d.many(many) : 1));
      if (d.chance(0.05))
        parts.push(repeat(Buffer.concat([Uint8Array.of(0xff, 0xe2), uint16(2, true)]), d.many(100_000)));
    }
    const whole = Buffer.concat(parts);
    return d.chance(0.1) ? whole.subarray(0, d.below(whole.length)) : whole;
  },
  /** @param {Uint8Array} bytes */
  read: (bytes) => decodeImage(bytes),
};

/** @param {number} marker */
function isFrame(marker) {
  return marker >= 0xc0 && marker <= 0xc2;
}

/** @param {Buffer} file @returns {Segment[]} */
function split(file) {
  const segments = [{ marker: 0xd8, bytes: file.subarray(0, 2) }];
  for (let at = 2; at < file.length;) {
    const marker = /** @type {number} */ (file[at + 1]);
    let end = marker === 0xd9 ? at + 2 : at + 2 + file.readUInt16BE(at + 2);
    if (marker === SCAN) while (!(file[end] === 0xff && file[end + 1] !== 0 && end + 1 < file.length)) end++;
    segments.push({ marker, bytes: file.subarray(at, end) });
    at = end;
  }
  return segments;
}
