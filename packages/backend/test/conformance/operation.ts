import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { largestError } from "../helpers/numbers.ts";
import type { Values } from "../helpers/reference.ts";

/** An operation, and what it means. */
export interface Operation {
  /** Shapes of its inputs, which are filled with numbers in [-1, 1). */
  readonly inputs: readonly (readonly number[])[];
  compute(...inputs: tf.Tensor[]): tf.Tensor;
  /** The output by loops in double precision, and, where it is to be differentiated, the gradient by each input. */
  reference(
    inputs: readonly Float32Array[],
    dy: Float32Array,
  ): { readonly output: Values; readonly gradients?: readonly Values[] };
}

/** Numbers in [-1, 1) that depend on the shape and the stream alone. */
export function numbersFor(shape: readonly number[], stream: number): Float32Array {
  return keyedRandom(0, "conformance", stream).uniform(new Float32Array(tf.util.sizeFromShape([...shape])), -1, 1);
}

/** Runs an operation and holds its output and gradients against the loops. */
export async function expectRight({ inputs, compute, reference }: Operation, tolerance = 1e-5): Promise<void> {
  const numbers = inputs.map(numbersFor);
  const expected: Values[] = [];
  const results = tf.tidy(() => {
    const tensors = inputs.map((shape, i) => tf.tensor(numbers[i]!, [...shape]));
    const y = compute(...tensors);
    const dy = numbersFor(y.shape, inputs.length);
    const { output, gradients } = reference(numbers, dy);
    expected.push(output, ...(gradients ?? []));
    return gradients ? [y, ...tf.grads(compute)(tensors, tf.tensor(dy, y.shape))] : [y];
  });
  const values = await Promise.all(results.map((tensor) => tensor.data()));
  expect(results.slice(1).map(({ shape }) => shape)).toEqual(inputs.slice(0, results.length - 1));
  tf.dispose(results);
  for (const [i, actual] of values.entries()) {
    expect(largestError(actual, Array.from(expected[i]!))).toBeLessThan(tolerance);
  }
}
