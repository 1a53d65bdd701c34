// @ts-check
import { parseArgs } from "node:util";
import { InputError, parseNumber, show } from "@kwta/core";

const OPTIONS = /** @type {const} */ ({
  backend: { type: "string", default: "wasm" },
  threads: { type: "string" },
  "as-shipped": { type: "boolean", default: false },
  only: { type: "string", default: "" },
});

const USAGE =
  "npm run conformance -- [--backend wasm|wasm:winograd=false|tensorflow|cpu] [--threads N] [--only TEXT] [--as-shipped]";

/**
 * Reads the command line.
 *
 * @param {readonly string[]} args
 * @throws {InputError} for what cannot be used
 */
export function readArguments(args) {
  const values = parse(args);
  const { backend, only, "as-shipped": asShipped } = values;
  return { choice: { backend, threads: readThreads(values.threads) }, only, asShipped };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const [what] = /** @type {Error} */ (error).message.split(/[.\n]/);
    throw new InputError(`${what}; write ${USAGE}.`);
  }
}

/** @param {string | undefined} value */
function readThreads(value) {
  if (value === undefined) return undefined;
  const threads = parseNumber(value);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new InputError(`--threads is ${show(value)}; it must be a whole number of at least 1.`);
}
