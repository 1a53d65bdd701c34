/** A kernel that computes on plain arrays of 32-bit floats. */
export interface TypedArrayKernel {
  /** The name under which `tf.engine().runKernel` finds it. */
  readonly kernelName: string;
  /** Names of the inputs, in the order of `run`. All are float32. */
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
