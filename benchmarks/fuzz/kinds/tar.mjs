// @ts-check
import { gzipSync } from "node:zlib";
import { repeat } from "../draws.mjs";
import { fetched } from "../fetched.mjs";
import { gzipBomb } from "../zeros.mjs";
/** @import { Draws } from "../draws.mjs" */

const FOLDER = "cifar-10-batches-bin";
const NAMES = [1, 2, 3, 4, 5].map((i) => `${FOLDER}/data_batch_${i}.bin`).concat(`${FOLDER}/test_batch.bin`);
const OTHERS = ["./././@LongLink", `${FOLDER}/readme.html`, "/etc/passwd", "../up", "a/../b", "x".repeat(99)];

/** Gzipped tars: entries of all kinds repeated, sizes that are not there, bombs in and behind them. */
export const tar = {
  name: "tar",
  /** @param {Draws} d */
  make(d) {
    const parts = [];
    for (const name of NAMES) {
      if (d.chance(0.3)) parts.push(repeat(entry(d, d.pick(OTHERS), d.bytes(d.below(700))), d.many(1000)));
      parts.push(repeat(entry(d, name, Buffer.alloc(3073)), d.chance(0.05) ? d.many(200) : 1));
    }
    const whole = Buffer.concat([...parts, Buffer.alloc(d.chance(0.9) ? 1024 : d.below(1024))]);
    return d.chance(0.3) ? gzipBomb(whole.subarray(0, d.below(whole.length + 1)), d.many(480)) : gzipSync(whole);
  },
  /** @param {Uint8Array} bytes */
  read: (bytes) =>
    fetched(
      "cifar10",
      { "cifar-10-binary.tar.gz": bytes },
      Object.fromEntries(NAMES.map((name) => [name, 30_730_000])),
    ),
};

/** @param {Draws} d @param {string} name @param {Uint8Array} content */
function entry(d, name, content) {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, "latin1");
  const size = d.chance(0.98)
    ? content.length.toString(8)
    : d.pick(["77777777777", "0", "1", "-1", "8", "777777", " 17"]);
  header.write(size.padStart(11, "0"), 124, "latin1");
  header.write(d.chance(0.95) ? "0" : d.pick(["5", "x", "g", "L", "K", "1", "2", "3", "7", "\0", "S"]), 156, "latin1");
  header.write("ustar\0", 257, "latin1");
  header.fill(32, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${(d.chance(0.995) ? sum : 1).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
}
