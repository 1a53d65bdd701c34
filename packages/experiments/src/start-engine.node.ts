import {
  probeBackends,
  startBackend,
  type BackendProbe,
  type BackendReport,
  type LadderOptions,
  type StartOptions,
} from "@kwta/backends/node";
import { typedArrayKernels } from "@kwta/op/kernels";
import { kwtaWasmKernels } from "@kwta/op/wasm";
import { kwtaChecks } from "./_kwta-checks.ts";

/** @see {@link startEngine} */
export interface EngineOptions extends StartOptions {
  /** `"auto"`, `"wasm"` or `"cpu"`, also with options: `"wasm:threads=1"`. @defaultValue KWTA_BACKEND, or "auto" */
  readonly backend?: string;
}

/** Starts a TensorFlow.js engine with the kernels of the k-WTA op in it, and tells what it found. */
export function startEngine(options: EngineOptions = {}): Promise<BackendReport> {
  return startBackend({ ...options, ...kwtaKernels });
}

/** Tells of each engine of this machine, with the kernels of the k-WTA op in it, see `probeBackends`. */
export function probeEngines(options: StartOptions = {}): Promise<BackendProbe[]> {
  return probeBackends({ ...options, ...kwtaKernels });
}

/** What joins the op to an engine: its kernels, and their part of the self-check. */
export const kwtaKernels: Required<Pick<LadderOptions, "kernels" | "wasmKernels" | "checks">> = {
  kernels: typedArrayKernels,
  wasmKernels: [kwtaWasmKernels],
  checks: kwtaChecks,
};
