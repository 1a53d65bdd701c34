import { cpu, startBackend, type BackendReport } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import { kwtaKernels } from "@kwta/op/kernels";

/** Starts a backend with the kernels of k-WTA in it. */
export function start(backend: string): Promise<BackendReport> {
  return startBackend([wasm(), cpu()], { backend, kernels: [kwtaKernels] });
}
