// @ts-check
import { parseArgs } from "node:util";
import { InputError, show } from "@kwta/core";

const OPTIONS = /** @type {const} */ ({
  backend: { type: "string", default: "wasm" },
  threads: { type: "string" },
  "relaxed-simd": { type: "boolean" },
  "shared-memory": { type: "boolean" },
  winograd: { type: "boolean" },
  native: { type: "boolean" },
  "as-shipped": { type: "boolean", default: false },
  only: { type: "string", default: "" },
});

const USAGE =
  "npm run conformance -- [--backend wasm|tensorflow|cpu] [--threads N] [--[no-]relaxed-simd] [--[no-]shared-memory] " +
  "[--[no-]winograd] [--[no-]native] [--only TEXT] [--as-shipped]";

/**
 * Reads the command line.
 *
 * @param {readonly string[]} args
 * @throws {InputError} for what cannot be used
 */
export function readArguments(args) {
  const values = parse(args);
  const { backend, only, "as-shipped": asShipped } = values;
  const engine = {
    backend,
    threads: readThreads(values.threads),
    relaxedSimd: values["relaxed-simd"],
    sharedMemory: values["shared-memory"],
    winograd: values.winograd,
    native: values.native,
  };
  // What is not asked for is left to the engine.
  const asked = Object.fromEntries(Object.entries(engine).filter(([, value]) => value !== undefined));
  return { engine: asked, only, asShipped };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowNegative: true }).values;
  } catch (error) {
    const [what] = /** @type {Error} */ (error).message.split(/[.\n]/);
    throw new InputError(`${what}; write ${USAGE}.`);
  }
}

/** @param {string | undefined} value */
function readThreads(value) {
  if (value === undefined) return undefined;
  const threads = Number(value);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new InputError(`--threads is ${show(value)}; it must be a whole number of at least 1.`);
}
