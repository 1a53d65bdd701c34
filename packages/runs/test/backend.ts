import { cpu, startBackend, type BackendReport } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import { kwtaKernels } from "@kwta/op/kernels";

/** Starts a backend with the kernels of k-WTA in it. */
export function start(backend: string): Promise<BackendReport> {
  return startBackend([tensorflow(), wasm(), cpu()], { backend, kernels: [kwtaKernels] });
}

/** The same; a test skips where the backend is not set up. */
export async function startOrSkip(backend: string, skip: (reason: string) => void): Promise<void> {
  const failure = await start(backend).then(
    () => undefined,
    (error: Error) => error,
  );
  if (failure?.message.includes("kwta setup tensorflow")) skip(failure.message);
  if (failure) throw failure;
}
