import type * as tf from "@tensorflow/tfjs-core";

/**
 * A check of kernels that a backend is given: a part of its {@link selfCheck}, so that wrong numbers of these kernels, too, keep
 * the backend from being used.
 */
export interface KernelCheck {
  /** What is checked, as it is to stand in "output of NAME is off". */
  readonly name: string;
  /** The inputs' shapes by name. Each is filled with different numbers in (-1, 1). */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Computes with the kernels, in a way that can be differentiated. */
  compute(...inputs: tf.Tensor[]): tf.Tensor;
  /**
   * What has to come out, by plain loops: the output, and the gradient of `sum(dy * output)` by each input.
   *
   * @param dy gives as many numbers as the output has
   */
  reference(
    inputs: readonly Float32Array[],
    dy: (length: number) => Float32Array,
  ): { readonly output: ArrayLike<number>; readonly gradients: readonly ArrayLike<number>[] };
}
