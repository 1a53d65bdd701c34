// @ts-check
import { decodeSafetensors } from "@kwta/core";
import { uint32 } from "../draws.mjs";
import { json, lie } from "../json-text.mjs";
/** @import { Draws } from "../draws.mjs" */

const TYPES = ["F32", "F16", "BF16", "F64", "I64", "U8", "BOOL", "F8_E4M3"];

/** Headers with thousands of tensors that share bytes or have none, of any rank, or that are JSON of another kind. */
export const safetensors = {
  name: "safetensors",
  /** @param {Draws} d */
  make(d) {
    const data = Buffer.alloc(d.many(200_000));
    const header = Buffer.from(d.chance(0.3) ? json(d) : tensors(d, data.length));
    return Buffer.concat([uint32(d.length(header.length)), uint32(d.length(0)), header, data]);
  },
  /** @param {Uint8Array} bytes */
  read: (bytes) => void decodeSafetensors(bytes),
};

/** @param {Draws} d @param {number} length */
function tensors(d, length) {
  const entries = [];
  const shared = d.chance(0.3);
  const count = d.many(10_000);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const size = shared ? length : Math.floor(length / count / 8) * 8;
    const shape = d.chance(0.99)
      ? [size / 4]
      : Array.from({ length: d.many(20_000) }, () => (d.chance(0.99) ? 1 : lie(d)));
    entries.push(
      `"t${i}":{"dtype":"${d.pick(TYPES)}","shape":${JSON.stringify(shape)},"data_offsets":[${at},${at + size}]}`,
    );
    if (!shared) at += size;
  }
  if (d.chance(0.2)) entries.push(`"__metadata__":${json(d)}`);
  return `{${entries.join(",")}}`;
}
