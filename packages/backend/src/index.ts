export { cpu } from "./backends/cpu.ts";
export { webgl } from "./backends/webgl.ts";
export type {
  BackendSetup,
  FoundSetup,
  RemoveOptions,
  SetupOptions,
  SetupReport,
  Verdict,
} from "./contract/backend-setup.ts";
export type { Backend, StartedBackend, StartRequest } from "./contract/backend.ts";
export type { KernelCheck } from "./contract/kernel-check.ts";
export { KERNEL_PACK_API, type KernelPack } from "./contract/kernel-pack.ts";
export type { NativeAttribute, NativeKernel, NativeKernels } from "./contract/native-kernels.ts";
export type { BackendReport, SkippedBackend } from "./contract/report.ts";
export type { TypedArrayKernel } from "./contract/typed-array-kernel.ts";
export type {
  WasmBuild,
  WasmCode,
  WasmKernel,
  WasmKernelCall,
  WasmKernels,
  WasmActivation,
  WasmActivationCall,
} from "./contract/wasm-kernels.ts";
export type { WebgpuKernel, WgslFeatures } from "./contract/webgpu-kernel.ts";
export { selfCheck, type SelfCheck } from "./self-check/self-check.ts";
export { checkGradients, checkOneCopy } from "./start/check-tensorflow.ts";
export type { BackendChoice } from "./start/choose.ts";
export { measureSpeed } from "./start/measure-speed.ts";
export {
  probeBackends,
  type AbsentBackend,
  type BackendProbe,
  type FoundBackend,
  type ProbeOptions,
} from "./start/probe-backends.ts";
export { startBackend, type StartOptions } from "./start/start-backend.ts";
export { verdictOf } from "./start/verdict.ts";
