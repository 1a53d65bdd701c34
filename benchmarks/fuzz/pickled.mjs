// @ts-check
import { MOST_BYTES, repeat, uint32 } from "./draws.mjs";
/** @import { Draws } from "./draws.mjs" */

/** @typedef {{ text: string, args: (d: Draws) => Buffer }} Call a function that a reader knows, and arguments for it */

const ascii = (/** @type {string} */ text) => Buffer.from(text, "latin1");

/** Instructions without operands, those that pickles are full of more often. */
const PLAIN = "]})N(02aseutlb\x85\x86\x87R\x88\x89\x81\x94].}]ueat";

/**
 * A pickle that is right for the most part: values nested and shared, instructions repeated, calls of what the reader
 * knows, lengths that are not there.
 *
 * @param {Draws} d @param {readonly Call[]} calls
 */
export function pickle(d, calls) {
  /** @type {Uint8Array[]} */
  const parts = [Uint8Array.of(0x80, d.pick([2, 2, 3, 4, 5]))];
  let size = 0;
  for (let i = 1 + d.below(6); i > 0; i--) {
    const part = d.pick(SHAPES)(d, calls);
    size += part.length;
    if (size > MOST_BYTES) break;
    parts.push(part);
    // The values before the last are left on the stack, or taken away.
    if (i > 1 && d.chance(0.9)) parts.push(ascii("0"));
  }
  return Buffer.concat([...parts, ascii(".")]);
}

/** @type {readonly ((d: Draws, calls: readonly Call[]) => Buffer)[]} */
const SHAPES = [
  // One instruction again and again.
  (d) => Buffer.concat([value(d), repeat(ascii(d.pick([...PLAIN])), d.many(MOST_BYTES)), value(d)]),
  // A few instructions again and again.
  (d) => repeat(ascii(Array.from({ length: 1 + d.below(5) }, () => d.pick([...PLAIN])).join("")), d.many(MOST_BYTES)),
  // Each list holds the one before it twice.
  (d) => Buffer.concat([ascii("]q\x00"), repeat(ascii("0](h\x00h\x00eq\x00"), d.many(50_000))]),
  // Lists in lists, closed one by one.
  (d) => {
    const depth = d.many(200_000);
    return Buffer.concat([repeat(ascii("]"), depth), repeat(ascii("a"), depth - 1)]);
  },
  // A dict with one long key again and again, or many keys.
  (d) => {
    const long = bytes(d, d.many(200_000));
    const item = d.chance(0.5) ? ascii("h\x00Ns") : Buffer.concat([ascii("J"), d.bytes(4), ascii("Ns")]);
    return Buffer.concat([long, ascii("q\x000}"), repeat(item, d.many(100_000))]);
  },
  // A list of one value, kept once.
  (d) => Buffer.concat([value(d), ascii("q\x000]("), repeat(ascii("h\x00"), d.many(500_000)), ascii("e")]),
  // A call again and again, of the same arguments.
  (d, calls) => {
    const { text, args } = d.pick(calls);
    const begin = Buffer.concat([ascii(`c${text}\nq\x000`), args(d), ascii("q\x010")]);
    return Buffer.concat([begin, ascii("]("), repeat(ascii("h\x00h\x01R"), d.many(300_000)), ascii("e")]);
  },
  // A call of what the call before it gave.
  (d, calls) => {
    const { text, args } = d.pick(calls);
    return Buffer.concat([ascii(`c${text}\nq\x000`), args(d), repeat(ascii("q\x010h\x00h\x01R\x85"), d.many(50_000))]);
  },
  // States set again and again.
  (d, calls) => {
    const { text, args } = d.pick(calls);
    const made = Buffer.concat([ascii(`c${text}\n`), args(d), ascii("R")]);
    return Buffer.concat([value(d), ascii("q\x000"), made, repeat(ascii("h\x00b"), d.many(100_000))]);
  },
  // Long numbers and texts.
  (d) => repeat(Buffer.concat([d.chance(0.5) ? number(d) : bytes(d, d.many(5000)), ascii("0")]), d.many(100_000)),
  (d) => value(d),
];

/** @param {Draws} d @returns {Buffer} */
function value(d, depth = 0) {
  if (depth > 3 || d.chance(0.4))
    return d.pick([number, ascii0, () => ascii("N"), (each) => bytes(each, each.below(40))])(d);
  const items = Array.from({ length: d.below(4) }, () => value(d, depth + 1));
  if (d.chance(0.5)) return Buffer.concat([ascii("]("), ...items, ascii("e")]);
  return Buffer.concat([ascii("}("), ...items.flatMap((item) => [ascii0(d), item]), ascii("u")]);
}

/** Text. @param {Draws} d */
function ascii0(d) {
  return Buffer.concat([
    ascii("X"),
    uint32(d.chance(0.99) ? 4 : d.length(4)),
    d.bytes(4).map((byte) => 97 + (byte % 26)),
  ]);
}

/** @param {Draws} d @param {number} length */
function bytes(d, length) {
  const opcode = d.pick(["T", "B", "X", "\x8e", "V", "S"]);
  const text = Buffer.alloc(length, d.pick(["a", "\\", "1"]));
  if (opcode === "V") return Buffer.concat([ascii("V"), text, ascii("\n")]);
  if (opcode === "S") return Buffer.concat([ascii("S'"), text, ascii("'\n")]);
  const size = uint32(d.chance(0.99) ? length : d.length(length));
  return Buffer.concat([ascii(opcode), size, Buffer.alloc(opcode === "\x8e" ? 4 : 0), text]);
}

/** @param {Draws} d */
function number(d) {
  const long = d.many(2000);
  return d.pick([
    () => Buffer.concat([ascii("J"), d.bytes(4)]),
    () => Buffer.concat([ascii("\x8b"), uint32(long), Buffer.alloc(long, 0x7f)]),
    () => ascii(`L${"9".repeat(long)}L\n`),
    () => ascii(`F${"9".repeat(long)}\n`),
    () => Buffer.concat([ascii("G"), d.bytes(8)]),
  ])();
}

/** A tuple of values. @param {...Buffer} items */
export function tuple(...items) {
  return Buffer.concat([ascii("("), ...items, ascii("t")]);
}

/** @param {string} text */
export function string(text) {
  return Buffer.concat([ascii("X"), uint32(text.length), ascii(text)]);
}

/** @param {Uint8Array} content */
export function binary(content) {
  return Buffer.concat([ascii("B"), uint32(content.length), content]);
}

/** @param {number} n */
export function int(n) {
  return Buffer.concat([ascii("J"), uint32(n)]);
}

/** @param {string} name of module and function: `"numpy\ndtype"` */
export function global(name) {
  return ascii(`c${name}\n`);
}

/** @type {readonly Call[]} known to every reader */
export const COMMON_CALLS = [
  { text: "_codecs\nencode", args: (d) => tuple(string("a".repeat(d.many(200_000))), string("latin1")) },
  { text: "__builtin__\nbytes", args: () => ascii(")") },
];
