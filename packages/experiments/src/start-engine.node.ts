import { startBackend, type BackendReport } from "@kwta/backends/node";
import { typedArrayKernels } from "@kwta/op/kernels";

/** @see {@link startEngine} */
export interface EngineOptions {
  /** `"auto"`, `"wasm"` or `"cpu"`. @defaultValue "auto", or KWTA_BACKEND */
  readonly backend?: string;
  /** @defaultValue all cores */
  readonly threads?: number;
}

/** Starts a TensorFlow.js engine with the kernels of the k-WTA op in it, and tells what it found. */
export function startEngine(options: EngineOptions = {}): Promise<BackendReport> {
  return startBackend({ ...options, kernels: typedArrayKernels });
}
