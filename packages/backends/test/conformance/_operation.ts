import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { largestError } from "../_engine.ts";
import type { Values } from "../_reference.ts";

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
export function expectRight({ inputs, compute, reference }: Operation, tolerance = 1e-5): void {
  tf.tidy(() => {
    const numbers = inputs.map(numbersFor);
    const tensors = inputs.map((shape, i) => tf.tensor(numbers[i]!, [...shape]));
    const y = compute(...tensors);
    const dy = numbersFor(y.shape, inputs.length);
    const { output, gradients } = reference(numbers, dy);
    expectClose(y, output, tolerance);
    if (gradients === undefined) return;
    const actual = tf.grads(compute)(tensors, tf.tensor(dy, y.shape));
    actual.forEach((gradient, i) => {
      expect(gradient.shape).toEqual(inputs[i]);
      expectClose(gradient, gradients[i]!, tolerance);
    });
  });
}

function expectClose(actual: tf.Tensor, expected: Values, tolerance: number): void {
  expect(largestError(actual.dataSync(), Array.from(expected))).toBeLessThan(tolerance);
}
