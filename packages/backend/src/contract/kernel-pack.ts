import type { KernelCheck } from "./kernel-check.ts";
import type { NativeKernels } from "./native-kernels.ts";
import type { TypedArrayKernel } from "./typed-array-kernel.ts";
import type { WasmKernels } from "./wasm-kernels.ts";
import type { WebgpuKernel } from "./webgpu-kernel.ts";

/** The version of the contract between kernel packs and backends. */
export const KERNEL_PACK_API = 1;

/**
 * The kernels of an operation that TensorFlow.js has not, for as many kinds of backends as there are kernels for. It knows no
 * backend: each takes the kind that it can run, see {@link Backend.register}.
 *
 * Kernels are functions, so that a page loads those that its backend asks for and no others.
 */
export interface KernelPack {
  readonly api: typeof KERNEL_PACK_API;
  /** Named in errors: `"kwta"`. */
  readonly name: string;
  /** On plain arrays: what runs wherever a backend's values can be had as arrays. */
  typedArray?(): Promise<readonly TypedArrayKernel[]>;
  /** In WebAssembly, used in place of `typedArray` of the same names. */
  wasm?(): Promise<WasmKernels>;
  /** In WGSL. */
  webgpu?(): Promise<readonly WebgpuKernel[]>;
  /** In C++, used in place of `typedArray` of the same names. */
  native?(): Promise<NativeKernels>;
  /** What the self-check checks besides: that these kernels are right. */
  readonly checks: readonly KernelCheck[];
}
