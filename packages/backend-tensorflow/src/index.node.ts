export {
  probeBackends,
  type AbsentBackend,
  type BackendProbe,
  type FoundBackend,
  type ProbeOptions,
} from "./probe-backends.node.ts";
export { printVerdict } from "./tensorflow/print-verdict.node.ts";
export {
  removeTensorflow,
  setupTensorflow,
  type SetupOptions,
  type SetupReport,
} from "./tensorflow/setup-tensorflow.node.ts";
export { tensorflowSetup, type TensorflowSetup } from "./tensorflow/tensorflow-setup.node.ts";
export { tensorflowFolder } from "./tensorflow/tensorflow-folder.node.ts";
export type { NativeAttribute, NativeKernel, NativeKernels } from "./native-kernels.ts";
export type { Libtensorflow } from "./tensorflow/_setup-record.node.ts";
export type { Verdict } from "./tensorflow/_verify.node.ts";
export { startBackend, type StartBackendOptions } from "./start-backend.node.ts";
export type { BackendReport, SkippedBackend, StartedBackend, StartOptions } from "./backend-starter.ts";
export type { KernelCheck } from "./kernel-check.ts";
export type { LadderOptions } from "./climb-ladder.ts";
export type { SelfCheck } from "./self-check.ts";
export type { TypedArrayKernel } from "./typed-array-kernel.ts";
export type { WasmBuild, WasmCode } from "./wasm/wasm-code.ts";
export type { WasmKernelCall, WasmKernels, WasmModuleKernel } from "./wasm-kernels.ts";
export type { WebgpuKernel } from "./webgpu-kernels.ts";
