/** Kernels in WebAssembly that compute in the backend's own memory, on all of its threads. */
export interface WasmKernels {
  readonly code: WasmCode;
  readonly kernels: readonly WasmKernel[];
  /** Activations that become steps of networks that are computed in one call. @defaultValue none */
  readonly rules?: readonly WasmThresholdRule[];
}

/** An activation that passes those values of a sample on that reach a threshold and makes the others 0. */
export interface WasmThresholdRule {
  /** Its name in the text of a network. */
  readonly name: string;
  /** The kernel that makes (x) to (y, threshold of each sample), and the one that makes (dy, x, threshold) to dx. */
  readonly kernelName: string;
  readonly gradientName: string;
  /** The attributes of the first kernel, given the number that the text of the network has. */
  attributes(number: number): Readonly<Record<string, unknown>>;
}

/** The builds of one wasm module. All import their memory as `env.memory` and bring no data of their own. */
export interface WasmCode {
  /** With SIMD. */
  readonly plain: WasmBuild;
  /** With relaxed SIMD: multiplication and addition in one rounding. */
  readonly relaxedSimd: WasmBuild;
}

/** A compiled wasm module, in base64, once for each kind of memory: a module must know whether its memory is shared. */
export interface WasmBuild {
  /** For memory that is shared with threads. */
  readonly shared: string;
  /** For memory of one thread. */
  readonly unshared: string;
}

/** One of the kernels. All inputs and outputs are float32. */
export interface WasmKernel {
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
