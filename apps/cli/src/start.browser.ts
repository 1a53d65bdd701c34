import type { BackendReport } from "@kwta/backend";
import { BACKENDS } from "./backends.browser.ts";
import { startWith, type StartOptions } from "./start.ts";

/**
 * Starts TensorFlow.js with the best backend whose numbers are right and the kernels of k-WTA in it, and tells what it found.
 * Call it once, before the first tensor.
 *
 * @throws InputError as `startBackend` of `@kwta/backend` does
 *
 * @example
 * ```ts
 * const { name, threads } = await start();
 * console.log(name, threads); // wasm 2
 * ```
 */
export function start(options: StartOptions = {}): Promise<BackendReport> {
  return startWith(BACKENDS, options);
}
