import { startBackend, type BackendReport } from "@kwta/backends/node";
import { typedArrayKernels } from "@kwta/op/kernels";
import { kwtaWasmKernels } from "@kwta/op/wasm";

/** Starts a backend with the kernels of k-WTA in it. */
export function start(backend: string): Promise<BackendReport> {
  return startBackend({ backend, kernels: typedArrayKernels, wasmKernels: [kwtaWasmKernels] });
}
