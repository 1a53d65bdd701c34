export { startBackend, type StartBackendOptions } from "./start-backend.browser.ts";
export type { BackendReport, SkippedBackend, StartedBackend, StartOptions } from "./backend-starter.ts";
export type { KernelCheck } from "./kernel-check.ts";
export type { LadderOptions } from "./climb-ladder.ts";
export type { SelfCheck } from "./self-check.ts";
export type { TypedArrayKernel } from "./typed-array-kernel.ts";
export type { WasmBuild, WasmCode } from "./wasm/wasm-code.ts";
export type { WasmKernelCall, WasmKernels, WasmModuleKernel } from "./wasm-kernels.ts";
export type { WasmPath } from "./wasm-starter.browser.ts";
