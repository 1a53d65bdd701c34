// @ts-check
import { decodeMat, decodeSvhn } from "@kwta/datasets";
import { deflateSync } from "node:zlib";
import { repeat, uint16, uint32 } from "../draws.mjs";
import { zlibBomb } from "../zeros.mjs";
/** @import { Draws } from "../draws.mjs" */

/** MATLAB files: matrices of any size and type, packed in bombs or one by one in thousands. */
export const mat = {
  name: "mat",
  /** @param {Draws} d */
  make(d) {
    const header = Buffer.concat([Buffer.alloc(124, 32), uint16(0x0100), Buffer.from(d.chance(0.97) ? "IM" : "MI")]);
    const variables = Array.from({ length: 1 + d.below(3) }, (_, i) => variable(d, ["X", "y", "z"][i] ?? "w"));
    return Buffer.concat([header, ...variables]);
  },
  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async read(bytes) {
    const arrays = await decodeMat(bytes);
    if (arrays.has("X") && arrays.has("y")) await decodeSvhn(bytes);
  },
};

/** @param {Draws} d @param {string} name */
function variable(d, name) {
  const whole = matrix(d, name, d.many(100_000));
  if (d.chance(0.4)) return repeat(whole, d.chance(0.3) ? d.many(30_000) : 1);
  if (d.chance(0.5)) return repeat(element(15, deflateSync(whole), d, false), d.chance(0.3) ? d.many(30_000) : 1);
  // The numbers are zeros that fill up whatever the element promises.
  const mebibytes = d.many(480);
  const length = mebibytes * 2 ** 20;
  const type = d.pick([1, 2, 3, 5, 7, 9]);
  const parts = head(d, name, [32, 32, 3, Math.floor(length / 3072)]);
  const tag = Buffer.concat([uint32(type), uint32(d.length(length))]);
  const inner = Buffer.concat([uint32(14), uint32(d.length(parts.length + 8 + length)), parts, tag]);
  return element(15, zlibBomb(inner, mebibytes), d, false);
}

/** @param {Draws} d @param {string} name @param {number} count */
function matrix(d, name, count) {
  const type = d.pick([1, 2, 3, 4, 5, 6, 7, 9, 12, 18]);
  const shape = d.chance(0.8)
    ? [1, count]
    : Array.from({ length: d.many(50_000) }, () => d.pick([0, 1, 1, 2, 2 ** 31 - 1]));
  const numbers = element(type, Buffer.alloc(count), d);
  return element(14, Buffer.concat([head(d, name, shape), numbers]), d);
}

/** Flags, dimensions and name. @param {Draws} d @param {string} name @param {readonly number[]} shape */
function head(d, name, shape) {
  const flags = Buffer.concat([uint32(d.pick([6, 6, 9, 9, 8, 1, 5, 0x0806])), uint32(0)]);
  const long = d.chance(0.05) ? name.repeat(d.many(100_000)) : name;
  const sizes = Buffer.from(Int32Array.from(shape).buffer);
  return Buffer.concat([element(6, flags, d), element(5, sizes, d), element(1, Buffer.from(long), d)]);
}

/** @param {number} type @param {Uint8Array} data @param {Draws} d */
function element(type, data, d, padded = true) {
  const padding = Buffer.alloc(padded ? -data.length & 7 : 0);
  return Buffer.concat([uint32(type), uint32(d.chance(0.99) ? data.length : d.length(0)), data, padding]);
}
