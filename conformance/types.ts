import type { StartBackendOptions } from "@kwta/backends/node";

/** What to test. */
export interface SuiteOptions {
  readonly engine: StartBackendOptions;
  /** TensorFlow.js's own wasm backend instead. */
  readonly asShipped: boolean;
  /** Which tests to run, by full name. */
  selects(name: string): boolean;
}

/** One test, when it has run. */
export interface Spec {
  readonly name: string;
  readonly status: "passed" | "failed" | "pending" | "excluded";
  readonly messages: readonly string[];
}

/** All of them. */
export interface SuiteResult {
  readonly engine: { readonly name: string; readonly version: string; readonly threads: number };
  /** Names of the kernels that the engine has. */
  readonly kernels: readonly string[];
  readonly specs: readonly Spec[];
}
