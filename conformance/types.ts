import type { BackendChoice } from "@kwta/backend";

/** What to test. */
export interface SuiteOptions {
  readonly choice: BackendChoice;
  /** TensorFlow.js's own wasm backend instead. */
  readonly asShipped: boolean;
  /** Which tests to run, by full name. */
  selects(name: string): boolean;
}

/** Which operations to hold against loops. */
export interface OperationOptions {
  /** How many geometries of each. */
  readonly cases: number;
  readonly seed: number;
  /** Those whose name contains this. */
  readonly only: string;
}

/** One test, when it has run. */
export interface Spec {
  readonly name: string;
  readonly status: "passed" | "failed" | "pending" | "excluded";
  readonly messages: readonly string[];
}

/** All of them. */
export interface SuiteResult {
  readonly backend: { readonly name: string; readonly version: string; readonly threads: number };
  /** Names of the kernels that the backend has. */
  readonly kernels: readonly string[];
  readonly specs: readonly Spec[];
}

/** Tests that a backend does not pass: name of the suite, then of the test, as jasmine has them without the backend's name. */
export interface Exceptions {
  readonly reason: string;
  /** Not run at all: it aborts the wasm module, or passes by chance. */
  readonly skip?: boolean;
  /** Passes on TensorFlow.js's wasm backend as shipped. */
  readonly ours?: boolean;
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

/** What one backend does not do. */
export interface BackendExceptions {
  /** Kernels that it has not, each with why we add none. */
  readonly MISSING_KERNELS: Readonly<Record<string, string>>;
  readonly EXCEPTIONS: readonly Exceptions[];
}
