export { formatBackend, parseBackend, type BackendSpec } from "./backend-spec.ts";
export { checkGradients, checkOneCopy } from "./check-tensorflow.ts";
export { climbLadder, type LadderOptions } from "./climb-ladder.ts";
export { cpuStarter } from "./cpu-starter.ts";
export { measureSpeed } from "./measure-speed.ts";
export { registerNativeKernels } from "./register-native-kernels.ts";
export { registerTypedArrayKernels } from "./register-typed-array-kernels.ts";
export { registerWasmModule } from "./register-wasm-module.ts";
export { registerWasmKernels } from "./wasm/register-wasm-kernels.ts";
export { registerWebgpuKernels } from "./webgpu/register-webgpu-kernels.ts";
export { selfCheck, type SelfCheck } from "./self-check.ts";
export type {
  BackendReport,
  BackendStarter,
  JoinedKernels,
  SkippedBackend,
  StartedBackend,
  StartOptions,
  StartRequest,
} from "./backend-starter.ts";
export type { KernelCheck } from "./kernel-check.ts";
export type { NativeAttribute, NativeKernel, NativeKernels } from "./native-kernels.ts";
export type { TypedArrayKernel } from "./typed-array-kernel.ts";
export type { WasmBuild, WasmCode } from "./wasm/wasm-code.ts";
export type { WasmKernelCall, WasmKernels, WasmModuleKernel } from "./wasm-kernels.ts";
export type { WebgpuKernel } from "./webgpu-kernels.ts";
