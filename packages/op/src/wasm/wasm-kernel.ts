/**
 * Kernels in wasm that compute in the engine's own memory. They know no engine: a host compiles the code, runs its functions
 * on all threads and registers the kernels.
 */
export interface WasmKernels {
  /** Builds of one wasm module, in base64: with SIMD and with relaxed SIMD, for shared memory and for that of one thread. */
  readonly code: { readonly plain: WasmBuild; readonly relaxedSimd: WasmBuild };
  readonly kernels: readonly WasmKernel[];
}

/** @see {@link WasmKernels} */
export interface WasmBuild {
  readonly shared: string;
  readonly unshared: string;
}

/** One of the kernels. All inputs and outputs are float32. */
export interface WasmKernel {
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
  /** Runs `(parameters, chunk, scratch)` of the module for each chunk. The parameters are words of 32 bits. */
  run(name: string, chunks: number, parameters: readonly number[], scratchBytes?: number): void;
  /** A 32-bit float as such a word. */
  float(value: number): number;
}
