// @ts-check
import { readPickle } from "@kwta/core";
import { COMMON_CALLS, pickle as make } from "../pickled.mjs";
/** @import { Draws } from "../draws.mjs" */

/** Pickles of plain values. */
export const pickle = {
  name: "pickle",
  /** @param {Draws} d */
  make: (d) => make(d, COMMON_CALLS),
  /** @param {Uint8Array} bytes */
  read: (bytes) => void readPickle(bytes),
};
