// @ts-check
import { EXCEPTIONS, MISSING_KERNELS } from "./exceptions.mjs";
/** @import { SuiteResult } from "./types.ts" */

/**
 * Names of the exceptions, and what is known of each.
 *
 * @type {ReadonlyMap<string, { reason: string, skip: boolean, ours: boolean }>}
 */
const EXCEPTION_BY_NAME = new Map(
  EXCEPTIONS.flatMap(({ reason, skip = false, ours = false, tests }) =>
    Object.entries(tests).flatMap(([suite, names]) =>
      names.map((name) => /** @type {const} */ ([`${suite} ${name}`, { reason, skip, ours }])),
    ),
  ),
);

/**
 * The name of a test without that of the engine.
 *
 * @param {string} name as jasmine has it: suite, engine, flags, test
 */
export const plainName = (name) => name.replace(/ (wasm|cpu) \{\} /, " ");

/**
 * Whether a test may be run at all.
 *
 * @param {string} name
 */
export const runs = (name) => EXCEPTION_BY_NAME.get(plainName(name))?.skip !== true;

/**
 * Tells failures from exceptions.
 *
 * @param {SuiteResult} result
 * @param {{ asShipped: boolean, whole: boolean }} run whether it was TensorFlow.js's own backend, and all of its tests
 */
export function judge({ engine, kernels, specs }, { asShipped, whole }) {
  /** @type {Record<string, number>} */
  const excused = {};
  /** @type {{ name: string, message: string | undefined }[]} */
  const failures = [];
  const wasm = engine.name !== "cpu";
  const stale = wasm ? kernels.filter((kernel) => Object.hasOwn(MISSING_KERNELS, kernel)) : [];
  let passed = 0;
  for (const { name: fullName, status, messages } of specs) {
    const name = plainName(fullName);
    const exception = wasm ? EXCEPTION_BY_NAME.get(name) : undefined;
    if (status === "passed") {
      passed += 1;
      if (exception && !(asShipped && exception.ours)) stale.push(name);
    } else if (status === "failed" || exception?.skip) {
      const reason = exception?.reason ?? (wasm ? missingKernel(messages) : undefined);
      if (reason !== undefined) excused[reason] = (excused[reason] ?? 0) + 1;
      else failures.push({ name, message: messages[0] });
    }
  }
  // What TensorFlow.js's own backend cannot do and ours can is no failure of this run.
  const good = (asShipped || failures.length === 0) && stale.length === 0 && (!whole || passed >= FEWEST);
  return { engine: describe(engine), good, passed, excused, failures, stale };
}

/** A run with fewer has lost tests on the way, for example in the bundle. */
const FEWEST = 3800;

/** @param {SuiteResult["engine"]} engine */
function describe({ name, version, threads, ...rest }) {
  return { name, version, threads, ...("notes" in rest ? { notes: rest.notes } : {}) };
}

/** @param {readonly string[]} messages */
function missingKernel(messages) {
  const kernel = messages.map((message) => /Kernel '(\w+)' not registered/.exec(message)?.[1]).find(Boolean);
  return kernel !== undefined && Object.hasOwn(MISSING_KERNELS, kernel) ? `no kernel ${kernel}` : undefined;
}
