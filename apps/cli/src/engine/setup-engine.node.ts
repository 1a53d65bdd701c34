import { setupTensorflow, type SetupOptions, type SetupReport } from "@kwta/backends/node";
import { nativeKernels } from "./start-engine.node.ts";

/** @see {@link setupEngine} */
export type SetupEngineOptions = Omit<SetupOptions, "verifier" | "nativeKernels">;

/** Sets up the tensorflow engine with the kernels of the k-WTA op in it, see `setupTensorflow`. */
export function setupEngine(options: SetupEngineOptions = {}): Promise<SetupReport> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const verifier = new URL(`verify-engine.node.${extension}`, import.meta.url);
  return setupTensorflow({ ...options, verifier, nativeKernels });
}
