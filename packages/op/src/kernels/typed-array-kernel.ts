/**
 * A kernel that computes on plain arrays of 32-bit floats. It knows no engine: a host registers it for a backend and
 * hands it views of that backend's memory, so it runs on the cpu backend's arrays and, with no copy, on the wasm heap.
 */
export interface TypedArrayKernel {
  readonly kernelName: string;
  /** Names of the inputs, in the order of `run`. */
  readonly inputNames: readonly string[];
  /** Shapes of the outputs (all float32). */
  outputShapes(inputShapes: readonly (readonly number[])[], attributes: Readonly<Record<string, unknown>>): number[][];
  /** Fills the outputs, whose former content is arbitrary. Inputs and outputs do not overlap. */
  run(
    inputs: readonly Float32Array[],
    outputs: readonly Float32Array[],
    inputShapes: readonly (readonly number[])[],
    attributes: Readonly<Record<string, unknown>>,
  ): void;
}
