/** A kernel in WGSL. It knows no engine: a host compiles the code, binds the tensors and registers the kernel. */
export interface WebgpuKernel {
  readonly kernelName: string;
  /** Names of the inputs, in the order of their bindings. All are float32. */
  readonly inputNames: readonly string[];
  /** Shapes of the outputs (all float32). */
  outputShapes(inputShapes: readonly (readonly number[])[], attributes: Readonly<Record<string, unknown>>): number[][];
  /**
   * A module with the entry point `main`, and in group 0 the inputs, the outputs and a uniform buffer of parameters, in this
   * order. Workgroups may be laid out in two dimensions, and be more than were asked for.
   */
  readonly code: string;
  /** How to run it on inputs of these shapes; parameters are words of 32 bits. */
  plan(
    inputShapes: readonly (readonly number[])[],
    attributes: Readonly<Record<string, unknown>>,
  ): { readonly workgroups: number; readonly parameters: readonly number[] };
}
