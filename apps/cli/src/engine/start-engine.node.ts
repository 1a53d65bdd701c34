import {
  probeBackends,
  startBackend,
  type BackendProbe,
  type BackendReport,
  type StartOptions,
} from "@kwta/backends/node";
import { kwtaNativeKernels } from "@kwta/op/native";
import { kwtaKernels } from "./kwta-kernels.ts";

/** @see {@link startEngine} */
export interface EngineOptions extends StartOptions {
  /** `"auto"`, `"tensorflow"`, `"wasm"` or `"cpu"`, also with options: `"wasm:threads=1"`. @defaultValue KWTA_BACKEND, or "auto" */
  readonly backend?: string;
}

/** Starts a TensorFlow.js engine with the kernels of the k-WTA op in it, and tells what it found. */
export function startEngine(options: EngineOptions = {}): Promise<BackendReport> {
  return startBackend({ ...options, ...kwtaKernels, nativeKernels });
}

/** Tells of each engine of this machine, with the kernels of the k-WTA op in it, see `probeBackends`. */
export function probeEngines(options: StartOptions = {}): Promise<BackendProbe[]> {
  return probeBackends({ ...options, ...kwtaKernels, nativeKernels });
}

/** What joins the op to the tensorflow engine, which Node alone has. */
export const nativeKernels: readonly [typeof kwtaNativeKernels] = [kwtaNativeKernels];
