// @ts-check
import { parseArgs } from "node:util";
import { InputError, parseNumber, show } from "@kwta/core";

const OPTIONS = /** @type {const} */ ({
  backend: { type: "string", default: "wasm" },
  threads: { type: "string" },
  "as-shipped": { type: "boolean", default: false },
  only: { type: "string", default: "" },
  cases: { type: "string", default: "25" },
  seed: { type: "string", default: "1" },
});

const USAGE =
  "npm run conformance -- [--backend wasm|wasm:winograd=false|tensorflow|cpu] [--threads N] [--only TEXT] [--cases N] [--seed N] [--as-shipped]";

/**
 * Reads the command line.
 *
 * @param {readonly string[]} args
 * @throws {InputError} for what cannot be used
 */
export function readArguments(args) {
  const values = parse(args);
  const { backend, only, "as-shipped": asShipped } = values;
  const choice = { backend, threads: readWhole("--threads", values.threads) };
  const [cases, seed] = [readWhole("--cases", values.cases, 0) ?? 0, readWhole("--seed", values.seed, 0) ?? 0];
  return { choice, only, asShipped, cases, seed };
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

/**
 * @param {string} option
 * @param {string | undefined} value
 * @param {number} least
 */
function readWhole(option, value, least = 1) {
  if (value === undefined) return undefined;
  const number = parseNumber(value);
  if (Number.isInteger(number) && number >= least) return number;
  throw new InputError(`${option} is ${show(value)}; it must be a whole number of at least ${least}.`);
}
