// @ts-check
import * as cpu from "./cpu-exceptions.mjs";
import * as tensorflow from "./tensorflow-exceptions.mjs";
import * as wasm from "./wasm-exceptions.mjs";
/** @import { Finding } from "./operations/index.ts" */
/** @import { BackendExceptions, SuiteResult } from "./types.ts" */

/**
 * By backend.
 *
 * @type {Readonly<Record<string, BackendExceptions>>}
 */
export const BACKENDS = { cpu, wasm, tensorflow };

/** @type {BackendExceptions} */
const NONE = { MISSING_KERNELS: {}, EXCEPTIONS: [] };

/**
 * What a backend does not do.
 *
 * @param {string} name which may go on after a comma
 */
const exceptionsOf = (name) => BACKENDS[name.split(",")[0] ?? ""] ?? NONE;

/**
 * The exception that a test is.
 *
 * @param {BackendExceptions} exceptions
 * @param {string} name without the backend's
 */
const exceptionFor = ({ EXCEPTIONS }, name) =>
  EXCEPTIONS.find(({ tests }) =>
    Object.entries(tests).some(([suite, names]) => names.some((each) => `${suite} ${each}` === name)),
  );

/**
 * The name of a test without that of the backend.
 *
 * @param {string} name as jasmine has it: suite, backend, flags, test
 */
export const plainName = (name) => name.replace(BACKEND, " ");

const BACKEND = / (wasm|cpu|tensorflow) \{\} /;

/**
 * Whether a test may be run at all.
 *
 * @param {string} name
 */
export function runs(name) {
  const backend = BACKEND.exec(name)?.[1] ?? "";
  return exceptionFor(exceptionsOf(backend), plainName(name))?.skip !== true;
}

/**
 * Tells failures from exceptions.
 *
 * @param {SuiteResult} result
 * @param {{ asShipped: boolean, whole: boolean }} run whether it was TensorFlow.js's own backend, and all of its tests
 */
export function judge({ backend, kernels, specs }, { asShipped, whole }) {
  /** @type {Record<string, number>} */
  const excused = {};
  /** @type {{ name: string, message: string | undefined }[]} */
  const failures = [];
  const known = exceptionsOf(backend.name);
  const stale = kernels.filter((kernel) => Object.hasOwn(known.MISSING_KERNELS, kernel));
  let passed = 0;
  for (const { name: fullName, status, messages } of specs) {
    const name = plainName(fullName);
    const exception = exceptionFor(known, name);
    if (status === "passed") {
      passed += 1;
      if (exception && !(asShipped && exception.ours)) stale.push(name);
    } else if (status === "failed" || exception?.skip) {
      const reason = exception?.reason ?? missingKernel(known, messages);
      if (reason !== undefined) excused[reason] = (excused[reason] ?? 0) + 1;
      else failures.push({ name, message: messages[0] });
    }
  }
  // What TensorFlow.js's own backend cannot do and ours can is no failure of this run.
  const good = (asShipped || failures.length === 0) && stale.length === 0 && (!whole || passed >= FEWEST);
  return { backend: describe(backend), good, passed, excused, failures, stale };
}

/**
 * Sums up what was found of operations.
 *
 * @param {readonly Finding[]} findings
 */
export function judgeOperations(findings) {
  const cases = findings.reduce((sum, finding) => sum + finding.cases, 0);
  return { operations: findings.length, cases, wrong: findings.filter(({ wrong }) => wrong > 0) };
}

/** A run with fewer has lost tests on the way, for example in the bundle. */
const FEWEST = 3800;

/** @param {SuiteResult["backend"]} backend */
function describe({ name, version, threads, ...rest }) {
  return { name, version, threads, ...("notes" in rest ? { notes: rest.notes } : {}) };
}

/**
 * @param {BackendExceptions} known
 * @param {readonly string[]} messages
 */
function missingKernel({ MISSING_KERNELS }, messages) {
  const kernel = messages.map((message) => /Kernel '(\w+)' not registered/.exec(message)?.[1]).find(Boolean);
  return kernel !== undefined && Object.hasOwn(MISSING_KERNELS, kernel) ? `no kernel ${kernel}` : undefined;
}
