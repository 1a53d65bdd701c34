/**
 * Kernels in C++ that are compiled for the machine they run on and registered with TensorFlow, as ops of its own; they
 * know no engine. {@link registerNativeKernels} makes them TensorFlow.js kernels.
 */
export interface NativeKernels {
  /** Every C++ file, headers too; those that end in `.cc` are compiled. */
  readonly sources: readonly URL[];
  readonly kernels: readonly NativeKernel[];
}

/** One of the kernels. */
export interface NativeKernel {
  /** The name under which `tf.engine().runKernel` finds it. */
  readonly kernelName: string;
  /** Names of the inputs, in the order of the op's. All are float32. */
  readonly inputNames: readonly string[];
  /** The op that the C++ registers with TensorFlow. */
  readonly opName: string;
  /** How many outputs the op has. */
  readonly outputs: number;
  /**
   * The op's attributes.
   *
   * @defaultValue none
   */
  attributes?(attributes: Readonly<Record<string, unknown>>): readonly NativeAttribute[];
}

/** An attribute of a TensorFlow op. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: "int" | "float" | "bool";
  readonly value: number | boolean;
}
