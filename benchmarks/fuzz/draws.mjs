// @ts-check
import { keyedRandom } from "@kwta/core";

/** Bytes that a made file has at most, roughly. */
export const MOST_BYTES = 2 ** 20;

/** Numbers that readers take for lengths, sizes and offsets. */
const LIES = [0, 1, 2, 3, 127, 128, 255, 256, 4095, 65535, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** The choices of one made file: the same for the same seed, kind and index, on every machine. */
export class Draws {
  #random;
  #next = 0;

  /** @param {number} seed @param {string} kind @param {number} index */
  constructor(seed, kind, index) {
    this.#random = keyedRandom(seed, "fuzz", kind, index);
  }

  /** A whole number below `n`. @param {number} n */
  below(n) {
    return Math.min(n - 1, Math.floor(this.#random.at(this.#next++) * n));
  }

  /** @param {number} probability */
  chance(probability) {
    return this.#random.at(this.#next++) < probability;
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  pick(list) {
    return /** @type {T} */ (list[this.below(list.length)]);
  }

  /** From 1 to `most`, each size as likely as the double of it. @param {number} most */
  many(most) {
    return Math.round(2 ** (this.#random.at(this.#next++) * Math.log2(most)));
  }

  /** The true number, most of the time. @param {number} truth */
  length(truth) {
    return this.chance(0.9) ? truth : this.pick(LIES);
  }

  /** @param {number} count */
  bytes(count) {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}

/** @param {number} value @param {boolean} [big] most significant byte first */
export function uint32(value, big = false) {
  const bytes = Buffer.alloc(4);
  if (big) bytes.writeUInt32BE(value >>> 0);
  else bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** @param {number} value @param {boolean} [big] */
export function uint16(value, big = false) {
  const bytes = Buffer.alloc(2);
  if (big) bytes.writeUInt16BE(value & 0xffff);
  else bytes.writeUInt16LE(value & 0xffff);
  return bytes;
}

/** `count` copies, as many as fit into a file. @param {Uint8Array} bytes @param {number} count */
export function repeat(bytes, count) {
  return Buffer.alloc(bytes.length * Math.min(count, Math.floor(MOST_BYTES / Math.max(1, bytes.length))), bytes);
}
