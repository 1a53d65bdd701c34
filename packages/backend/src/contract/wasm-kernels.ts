import type { WasmCode } from "./wasm/wasm-code.ts";

/**
 * Kernels in wasm that compute in the engine's own memory, and know no engine. {@link registerWasmModule} makes them
 * TensorFlow.js kernels.
 */
export interface WasmKernels {
  readonly code: WasmCode;
  readonly kernels: readonly WasmModuleKernel[];
}

/** One of the kernels. All inputs and outputs are float32. */
export interface WasmModuleKernel {
  /** The name under which `tf.engine().runKernel` finds it. */
  readonly kernelName: string;
  /** Names of the inputs, in the order of `run`. */
  readonly inputNames: readonly string[];
  outputShapes(inputShapes: readonly (readonly number[])[], attributes: Readonly<Record<string, unknown>>): number[][];
  /** Fills the outputs. */
  run(call: WasmKernelCall): void;
}

/** What a kernel is called with. */
export interface WasmKernelCall {
  /** Addresses of the inputs and outputs. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly inputShapes: readonly (readonly number[])[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /**
   * Runs the function `name(parameters, chunk, scratch)` of the module for each chunk, on all threads; the result must not
   * depend on which thread does which.
   *
   * @param parameters words of 32 bits that the function finds at its first argument
   * @param scratchBytes how much memory it may use at its last argument
   */
  run(name: string, chunks: number, parameters: readonly number[], scratchBytes?: number): void;
  /** A 32-bit float as such a word. */
  float(value: number): number;
}
