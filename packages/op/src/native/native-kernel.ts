/**
 * Kernels in C++ that a host compiles for the machine it runs on, registers with TensorFlow as ops and calls from kernels of
 * TensorFlow.js; they know no engine. They include what the host gives them: `native-op.h`, `thread-pool.h`, `vector.h`.
 */
export interface NativeKernels {
  /** Every C++ file, headers too; those that end in `.cc` are compiled. */
  readonly sources: readonly URL[];
  readonly kernels: readonly NativeKernel[];
}

/** One of the kernels. All inputs and outputs are float32. */
export interface NativeKernel {
  /** The name under which the functions of this package look for it. */
  readonly kernelName: string;
  /** Names of the inputs, in the order of the op's. */
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
