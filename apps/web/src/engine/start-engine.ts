import { startBackend, type BackendReport, type StartBackendOptions } from "@kwta/backends/browser";
import { kwtaKernels } from "./kwta-kernels.ts";

/** Options of {@link startEngine}: the kernels of the op need not be given. */
export type EngineOptions = Omit<StartBackendOptions, "kernels" | "wasmKernels" | "webgpuKernels" | "checks">;

/**
 * Starts a TensorFlow.js engine in a page or a worker of it, with the kernels of the k-WTA op in it, and tells what it
 * found. See `startBackend` of `@kwta/backends/browser`.
 *
 * @throws InputError as `startBackend` does
 */
export function startEngine(options: EngineOptions = {}): Promise<BackendReport> {
  return startBackend({ ...options, ...kwtaKernels });
}
