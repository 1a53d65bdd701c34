export { checkGradients, checkOneCopy } from "./check-tensorflow.ts";
export { climbLadder, type LadderOptions } from "./climb-ladder.ts";
export { cpuStarter } from "./cpu-starter.ts";
export { measureSpeed } from "./measure-speed.ts";
export { registerTypedArrayKernels } from "./register-typed-array-kernels.ts";
export { registerWasmKernels } from "./wasm/register-wasm-kernels.ts";
export { selfCheck, type SelfCheck } from "./self-check.ts";
export type { BackendReport, BackendStarter, SkippedBackend, StartedBackend, StartOptions } from "./backend-starter.ts";
export type { TypedArrayKernel } from "./typed-array-kernel.ts";
