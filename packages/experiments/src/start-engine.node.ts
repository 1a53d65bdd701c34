import { cpu, startBackend, type BackendReport, type StartOptions } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import { webgpu } from "@kwta/backend-webgpu";
import { kwtaKernels } from "@kwta/op/kernels";

/** Starts the best backend with the kernels of the k-WTA op in it, and tells what it found. */
export function startEngine(options: StartOptions = {}): Promise<BackendReport> {
  return startBackend([tensorflow(), webgpu(), wasm(), cpu()], { ...options, kernels: [kwtaKernels] });
}
