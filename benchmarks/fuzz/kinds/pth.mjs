// @ts-check
import { readZip, writeZip } from "@kwta/core";
import { decodeWeights } from "@kwta/models";
import { readFileSync } from "node:fs";
import { repeat } from "../draws.mjs";
import { COMMON_CALLS, global, int, pickle, string, tuple } from "../pickled.mjs";
/** @import { Draws } from "../draws.mjs" */
/** @import { Call } from "../pickled.mjs" */

const ascii = (/** @type {string} */ text) => Buffer.from(text, "latin1");
const archive = readZip(readFileSync(new URL("../../../packages/models/test/fixtures/tiny-zip.pth", import.meta.url)));
const storage = Buffer.concat([
  tuple(string("storage"), global("torch\nFloatStorage"), string("0"), string("cpu"), int(4)),
  ascii("Q"),
]);

/** @type {readonly Call[]} */
const CALLS = [
  ...COMMON_CALLS,
  {
    text: "collections\nOrderedDict",
    args: (d) => {
      const pairs = repeat(Buffer.concat([ascii("]("), string("k"), int(1), ascii("e")]), d.many(40_000));
      return d.chance(0.3) ? ascii(")") : tuple(Buffer.concat([ascii("]("), pairs, ascii("e")]));
    },
  },
  {
    text: "torch._utils\n_rebuild_tensor_v2",
    args: (d) => {
      const sizes = Array.from({ length: d.chance(0.9) ? d.below(5) : d.many(10_000) }, () => int(d.length(1)));
      const empty = Buffer.concat([global("collections\nOrderedDict"), ascii(")R")]);
      return tuple(storage, int(d.length(0)), tuple(...sizes), tuple(...sizes), ascii("\x89"), empty);
    },
  },
  { text: "torch._utils\n_rebuild_parameter", args: (d) => tuple(storage, ascii("\x89"), int(d.below(3))) },
  { text: "torch\nSize", args: (d) => tuple(tuple(...Array.from({ length: d.many(50_000) }, () => int(1)))) },
];

/** A dict of tensors that share a storage, more or less right. @param {Draws} d */
function stateDict(d) {
  const parts = Array.from({ length: d.many(3000) }, (_, i) => {
    const shape = tuple(int(d.chance(0.999) ? 1 : d.length(4)));
    const empty = Buffer.concat([global("collections\nOrderedDict"), ascii(")R")]);
    const args = tuple(storage, int(d.chance(0.999) ? 0 : d.length(0)), shape, tuple(int(1)), ascii("\x89"), empty);
    return Buffer.concat([string(`t${i}`), global("torch._utils\n_rebuild_tensor_v2"), args, ascii("R")]);
  });
  return Buffer.concat([ascii("\x80\x02}("), ...parts, ascii("u.")]);
}

/** PyTorch's files, the archive and the stream before it. */
export const pth = {
  name: "pth",
  /** @param {Draws} d */
  make(d) {
    const made = d.chance(0.4) ? stateDict(d) : pickle(d, CALLS);
    if (d.chance(0.1)) return made;
    const entries = new Map(archive);
    const name = [...entries.keys()].find((each) => each.endsWith("data.pkl"));
    if (name !== undefined) entries.set(name, made);
    return writeZip(entries);
  },
  /** @param {Uint8Array} bytes */
  read: (bytes) => void decodeWeights(bytes),
};
