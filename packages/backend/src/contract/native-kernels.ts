/**
 * Kernels in C++ that are compiled for the machine they run on and registered with TensorFlow, as ops of its own. They include
 * headers of the host: `native-op.h`, `network-rule.h`, `thread-pool.h`, `vector.h`.
 */
export interface NativeKernels {
  /**
   * The version of the host's headers that they are written for: `KWTA_NATIVE_API` in `native-op.h`. The C++ says the same by
   * `KWTA_NATIVE_KERNELS(version);`, which the compiler checks.
   */
  readonly headers: number;
  /** Every C++ file, headers too; those that end in `.cc` are compiled. */
  readonly sources: readonly URL[];
  readonly kernels: readonly NativeKernel[];
  /** The names of activations that the C++ adds to networks in one call, see `network-rule.h`. @defaultValue none */
  readonly activations?: readonly string[];
}

/** One of the kernels. All inputs and outputs are float32. */
export interface NativeKernel {
  /** The name under which `tf.engine().runKernel` finds it. */
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
