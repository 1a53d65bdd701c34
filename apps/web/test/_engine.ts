import { startBackend } from "@kwta/backends/node";
import { kwtaKernels } from "../src/engine/kwta-kernels.ts";

/** Starts an engine in Node with the kernels that the page has. */
export async function startEngine(backend: string): Promise<void> {
  await startBackend({ backend, ...kwtaKernels });
}
