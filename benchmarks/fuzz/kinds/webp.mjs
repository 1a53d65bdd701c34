// @ts-check
import { decodeImage } from "@kwta/datasets";
import { readFileSync } from "node:fs";
import { repeat, uint32 } from "../draws.mjs";
/** @import { Draws } from "../draws.mjs" */

const { read } = JSON.parse(
  readFileSync(new URL("../../../packages/datasets/test/fixtures/pictures.json", import.meta.url), "utf8"),
);
const samples = Object.keys(read)
  .filter((name) => name.startsWith("webp"))
  .map((name) => split(Buffer.from(read[name].file, "base64")));
const OTHERS = ["ICCP", "EXIF", "XMP ", "ALPH", "ANIM", "ANMF", "VP8 ", "VP8L", "VP8X", "abcd"];

/** Real WebPs with their chunks repeated, other ones between them, and other sizes in their headers. */
export const webp = {
  name: "webp",
  /** @param {Draws} d */
  make(d) {
    const parts = [];
    for (const { type, data } of d.pick(samples)) {
      const copy = Buffer.from(data);
      if (type === "VP8X" && d.chance(0.5))
        copy.set(uint32(d.pick([0, 7, 4000, 16383, 65535, 2 ** 24 - 1])), d.pick([4, 7]) - 1);
      if (type === "VP8L" && d.chance(0.5)) copy.set(uint32(d.below(2 ** 28)), 1);
      if (type === "VP8 " && d.chance(0.5)) copy.set(uint32(d.below(2 ** 32)), 6);
      if (d.chance(0.2)) copy[d.below(copy.length)] = d.below(256);
      if (d.chance(0.2)) parts.push(repeat(chunk(d.pick(OTHERS), d.bytes(d.below(40)), d), d.many(50_000)));
      parts.push(repeat(chunk(type, copy, d), d.chance(0.1) ? d.many(10_000) : 1));
    }
    const body = Buffer.concat([Buffer.from("WEBP"), ...parts]);
    return Buffer.concat([Buffer.from("RIFF"), uint32(d.length(body.length)), body]);
  },
  /** @param {Uint8Array} bytes */
  read: (bytes) => decodeImage(bytes),
};

/** @param {string} type @param {Uint8Array} data @param {Draws} d */
function chunk(type, data, d) {
  const padding = new Uint8Array(data.length % 2);
  return Buffer.concat([Buffer.from(type), uint32(d.chance(0.98) ? data.length : d.length(0)), data, padding]);
}

/** @param {Buffer} file */
function split(file) {
  const chunks = [];
  for (let at = 12; at < file.length;) {
    const length = file.readUInt32LE(at + 4);
    chunks.push({ type: file.toString("latin1", at, at + 4), data: file.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}
