import type { KernelPack } from "@kwta/backend";
import { kwtaChecks } from "./checks.ts";

/**
 * The kernels of this package for all backends, and what their self-check checks. Once `startBackend` of `@kwta/backend` has
 * registered them, the functions of this package use them; until then they compose TensorFlow.js ops, with the same results. All
 * k-WTA but LWTA goes through the three `Kwta...` kernels, whose rows are a whole sample or one channel of it.
 *
 * @example
 * ```ts
 * await startBackend([wasm(), cpu()], { kernels: [kwtaKernels] });
 * ```
 */
export const kwtaKernels: KernelPack = {
  api: 1,
  name: "kwta",
  typedArray: async () => (await import("./typed-array/index.ts")).typedArrayKernels,
  wasm: async () => (await import("./wasm/index.ts")).wasmKernels,
  webgpu: async () => (await import("./webgpu/index.ts")).webgpuKernels,
  native: async () => (await import("./native/index.ts")).nativeKernels,
  checks: kwtaChecks,
};
