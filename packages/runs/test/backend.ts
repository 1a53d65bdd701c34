import { cpu, startBackend, type BackendReport } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import { kwtaKernels } from "@kwta/op/kernels";

/** Starts a backend with the kernels of k-WTA in it. */
export function start(backend: string): Promise<BackendReport> {
  return startBackend([tensorflow(), wasm(), cpu()], { backend, kernels: [kwtaKernels] });
}
