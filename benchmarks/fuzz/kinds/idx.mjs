// @ts-check
import { decodeIdx } from "@kwta/datasets";
import { gzipSync } from "node:zlib";
import { uint32 } from "../draws.mjs";
import { fetched } from "../fetched.mjs";
import { gzipBomb } from "../zeros.mjs";
/** @import { Draws } from "../draws.mjs" */

/** IDX files of any rank and size, packed and not: bombs, thousands of members, headers without end. */
export const idx = {
  name: "idx",
  /** @param {Draws} d */
  make(d) {
    const plain = idxFile(d);
    if (d.chance(0.3)) return plain;
    if (d.chance(0.4)) return gzipBomb(plain, d.many(480));
    const member = gzipSync(d.chance(0.5) ? plain : "");
    const many = Array.from({ length: Math.min(d.many(50_000), 2 ** 20 / member.length) }, () => member);
    const whole = Buffer.concat([...many, d.bytes(d.chance(0.1) ? 8 : 0)]);
    if (d.chance(0.2)) whole[3] = d.below(32);
    return whole;
  },
  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async read(bytes) {
    const labels = Buffer.concat([Uint8Array.of(0, 0, 8, 1), uint32(2, true), Uint8Array.of(1, 2)]);
    const images = Buffer.concat([
      Uint8Array.of(0, 0, 8, 3),
      uint32(2, true),
      uint32(28, true),
      uint32(28, true),
      Buffer.alloc(1568),
    ]);
    await fetched("mnist", {
      "train-images-idx3-ubyte.gz": bytes,
      "train-labels-idx1-ubyte": labels,
      "t10k-images-idx3-ubyte": images,
      "t10k-labels-idx1-ubyte": labels,
    });
    decodeIdx(bytes);
  },
};

/** @param {Draws} d */
function idxFile(d) {
  const shape = d.chance(0.5) ? [d.length(2), 28, 28] : Array.from({ length: d.below(256) }, () => d.length(1));
  const length = d.chance(0.8)
    ? Math.min(
        2 ** 16,
        shape.reduce((product, n) => product * n, 1),
      )
    : d.many(2 ** 16);
  const head = Uint8Array.of(0, 0, d.chance(0.95) ? 8 : d.below(256), shape.length & 255);
  return Buffer.concat([head, ...shape.map((n) => uint32(n, true)), Buffer.alloc(length)]);
}
