/** What a device offers beyond what WebGPU promises, and was asked for. */
export interface WgslFeatures {
  /** Whether the code may say `enable subgroups;`: sums and the like of threads that run in step, of which there are 4 to 128. */
  readonly subgroups: boolean;
}

/** A kernel in WGSL that computes in the backend's own buffers and queue. */
export interface WebgpuKernel {
  /** The name under which `tf.engine().runKernel` finds it. */
  readonly kernelName: string;
  /** Names of the inputs, in the order of their bindings. All are float32. */
  readonly inputNames: readonly string[];
  /** Shapes of the outputs (all float32). */
  outputShapes(inputShapes: readonly (readonly number[])[], attributes: Readonly<Record<string, unknown>>): number[][];
  /**
   * A module whose entry point is `main`. The bindings of its group 0 are the inputs (storage, read), the outputs (storage,
   * read_write; their former content is arbitrary), then the parameters (uniform); it uses all of them. The number of a
   * workgroup is `workgroup_id.y * num_workgroups.x + workgroup_id.x`; there may be some beyond those asked for, which have to
   * do nothing. A function is asked once for each device.
   */
  readonly code: string | ((features: WgslFeatures) => string);
  /** How it is to be run on inputs of these shapes. */
  plan(
    inputShapes: readonly (readonly number[])[],
    attributes: Readonly<Record<string, unknown>>,
  ): {
    readonly workgroups: number;
    /** Words of 32 bits. */
    readonly parameters: readonly number[];
  };
}
