export { kwtaWasmKernels } from "./wasm/kwta-kernels.ts";
export type { WasmBuild, WasmKernel, WasmKernelCall, WasmKernels } from "./wasm/wasm-kernel.ts";
