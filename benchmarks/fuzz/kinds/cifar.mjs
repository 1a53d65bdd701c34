// @ts-check
import { decodeCifar10, decodeCifarPickle } from "@kwta/datasets";
import { repeat } from "../draws.mjs";
import { binary, COMMON_CALLS, global, int, pickle, string, tuple } from "../pickled.mjs";
/** @import { Draws } from "../draws.mjs" */
/** @import { Call } from "../pickled.mjs" */

const ascii = (/** @type {string} */ text) => Buffer.from(text, "latin1");
const R = ascii("R");

/** @param {string} code */
const dtype = (code) => Buffer.concat([global("numpy\ndtype"), tuple(string(code), int(0), int(1)), R]);

/** @type {readonly Call[]} */
const CALLS = [
  ...COMMON_CALLS,
  { text: "numpy\ndtype", args: (d) => tuple(string("u1".repeat(d.many(50_000))), int(0), int(1)) },
  {
    text: "numpy.core.multiarray\n_reconstruct",
    args: () => tuple(global("numpy\nndarray"), tuple(int(0)), string("b")),
  },
  {
    text: "numpy.core.multiarray\nscalar",
    args: (d) => tuple(dtype(d.pick(["i8", "u1", "f8"])), binary(Buffer.alloc(8))),
  },
  { text: "numpy.core.numeric\n_frombuffer", args: (d) => numbers(d) },
];

/** @param {Draws} d */
function numbers(d) {
  const count = d.many(200_000);
  const shape = d.chance(0.8) ? [int(1), int(count)] : Array.from({ length: d.many(1000) }, () => int(d.length(1)));
  return tuple(
    binary(Buffer.alloc(count)),
    dtype(d.pick(["u1", "u1", "i8", "|u1"])),
    tuple(...shape),
    string(d.pick("CF".split(""))),
  );
}

/** CIFAR's Python version with NumPy's arrays, shared and repeated, and the binary version. */
export const cifar = {
  name: "cifar",
  /** @param {Draws} d */
  make(d) {
    if (d.chance(0.1)) return repeat(d.bytes(3073), d.many(300)).subarray(d.below(2));
    if (d.chance(0.4)) return pickle(d, CALLS);
    const size = d.many(200);
    const data = tuple(
      binary(Buffer.alloc(size * 3072)),
      dtype("u1"),
      tuple(int(size), int(3072)),
      string(d.pick(["C", "F"])),
    );
    const label = d.pick([
      int(3),
      Buffer.concat([global("numpy.core.multiarray\nscalar"), tuple(dtype("u1"), binary(d.bytes(1))), R]),
    ]);
    const labels = Buffer.concat([ascii("]("), repeat(label, d.chance(0.8) ? size : d.many(100_000)), ascii("e")]);
    const items = [string("data"), global("numpy.core.numeric\n_frombuffer"), data, R, string("labels"), labels];
    return Buffer.concat([ascii("\x80\x02}("), ...items, ascii("u."), new Uint8Array(0)]);
  },
  /** @param {Uint8Array} bytes */
  read(bytes) {
    if (bytes.length % 3073 === 0) decodeCifar10(bytes);
    decodeCifarPickle(bytes, { labels: "labels", classes: 10 });
  },
};
