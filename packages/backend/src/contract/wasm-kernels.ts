/** Kernels in WebAssembly that compute in the backend's own memory, on all of its threads. */
export interface WasmKernels {
  readonly code: WasmCode;
  readonly kernels: readonly WasmKernel[];
  /** Activations that become steps of networks that are computed in one call. @defaultValue none */
  readonly activations?: readonly WasmActivation[];
}

/** An activation that computes each sample by itself. What it is given are addresses. */
export interface WasmActivation {
  /** Its name in the text of a network. */
  readonly name: string;
  /** How many floats it keeps of each sample for its gradient, besides x. @defaultValue 0 */
  readonly ownFloats?: number;
  forward(call: WasmActivationCall, at: { readonly x: number; readonly y: number; readonly own: number }): void;
  backward(
    call: WasmActivationCall,
    at: { readonly dy: number; readonly x: number; readonly own: number; readonly dx: number },
  ): void;
}

/** What an activation is called with. */
export interface WasmActivationCall extends Pick<WasmKernelCall, "run" | "float"> {
  /** How many samples there are. */
  readonly count: number;
  /** How many values one of them has. */
  readonly size: number;
  /** What the text of the network says after its name. */
  readonly words: readonly string[];
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
