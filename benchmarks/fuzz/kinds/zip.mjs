// @ts-check
import { readZip } from "@kwta/core";
import { crc32 } from "node:zlib";
import { MOST_BYTES, uint16, uint32 } from "../draws.mjs";
/** @import { Draws } from "../draws.mjs" */

/** Archives: one content named by thousands, names and comments without end, directories that lie. */
export const zip = {
  name: "zip",
  /** @param {Draws} d */
  make(d) {
    const count = d.chance(0.5) ? d.below(8) : d.many(10_000);
    const shared = d.chance(0.3);
    const content = Buffer.alloc(shared ? d.many(MOST_BYTES / 2) : d.below(40), 7);
    const [locals, entries] = [/** @type {Buffer[]} */ ([]), /** @type {Buffer[]} */ ([])];
    let at = 0;
    for (let i = 0; i < count && at < MOST_BYTES; i++) {
      const name = Buffer.from(d.chance(0.99) ? `a/${i}` : d.pick(["../up", "/a", "a/", "a/0", "a".repeat(60_000)]));
      const common = Buffer.concat([
        uint16(20),
        uint16(d.chance(0.99) ? 0 : d.below(65536)),
        uint16(d.chance(0.99) ? 0 : 8),
        uint32(0x21),
        uint32(crc32(content)),
        uint32(d.chance(0.999) ? content.length : d.length(0)),
        uint32(content.length),
        uint16(name.length),
        uint16(d.chance(0.999) ? 0 : d.below(65536)),
      ]);
      if (!shared || i === 0) {
        locals.push(Buffer.concat([Buffer.from("PK\x03\x04"), common, name, content]));
      }
      const offset = uint32(shared ? 0 : d.chance(0.999) ? at : d.length(at));
      const rest = Buffer.concat([uint16(0), uint16(0), uint16(0), uint32(0), offset, name]);
      entries.push(Buffer.concat([Buffer.from("PK\x01\x02"), uint16(20), common, rest]));
      if (!shared || i === 0) at += /** @type {Buffer} */ (locals.at(-1)).length;
      else at += 50;
    }
    const body = Buffer.concat(locals);
    const directory = Buffer.concat(entries);
    const total = uint16(d.length(entries.length));
    const comment = Buffer.alloc(d.chance(0.1) ? d.below(65536) : 0, d.pick(["a", "PK\x05\x06"]));
    const end = Buffer.concat([
      Buffer.from("PK\x05\x06"),
      uint32(0),
      total,
      total,
      uint32(d.length(directory.length)),
      uint32(d.length(body.length)),
    ]);
    return Buffer.concat([body, directory, end, uint16(comment.length), comment]);
  },
  /** @param {Uint8Array} bytes */
  read: (bytes) => void readZip(bytes),
};
