// @ts-check
import { AVERAGE_POOLING, CORE_EXCEPTIONS } from "./core-exceptions.mjs";
/** @import { Exceptions } from "./types.ts" */

/**
 * It has all kernels.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const MISSING_KERNELS = {};

/** @type {readonly Exceptions[]} */
export const EXCEPTIONS = [AVERAGE_POOLING, ...CORE_EXCEPTIONS];
