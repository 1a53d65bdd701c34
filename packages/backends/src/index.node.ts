export {
  probeBackends,
  type AbsentBackend,
  type BackendProbe,
  type FoundBackend,
  type ProbeOptions,
} from "./probe-backends.node.ts";
export { startBackend, type StartBackendOptions } from "./start-backend.node.ts";
export type { BackendReport, SkippedBackend, StartedBackend, StartOptions } from "./backend-starter.ts";
export type { KernelCheck } from "./kernel-check.ts";
export type { LadderOptions } from "./climb-ladder.ts";
export type { SelfCheck } from "./self-check.ts";
export type { TypedArrayKernel } from "./typed-array-kernel.ts";
export type { WasmBuild, WasmCode } from "./wasm/wasm-code.ts";
export type { WasmKernelCall, WasmKernels, WasmModuleKernel } from "./wasm-kernels.ts";
