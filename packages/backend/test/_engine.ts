import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-layers";
import { expect } from "vitest";
import { registerWasmKernels } from "../src/index.ts";

/** The wasm backend on one thread with our kernels. */
export async function startWasm(): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  setWasmPaths(join(folder, "dist/"));
  registerWasmKernels();
  await tf.setBackend("cpu");
  // Else it prints an advertisement at its first use.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  await tf.setBackend("wasm");
}

export function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}

/** The largest difference, as a fraction of the largest expected value (of 1 if that is less). */
export function largestError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  const scale = expected.reduce(
    (largest, value) => (Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest),
    1,
  );
  return expected.reduce((worst, value, i) => {
    const error = Object.is(value, actual[i]) ? 0 : Math.abs(value - actual[i]!) / scale;
    return Number.isNaN(error) || error > worst ? error : worst;
  }, 0);
}

/** A tensor of numbers in [-1, 1) that depend on the shape and the seed alone. */
export function random<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  return tf.randomUniform(shape, -1, 1, "float32", seed);
}

/** Holds what wasm computes against the cpu backend, and checks that it leaves nothing behind. */
export async function expectAsOnCpu(compute: () => tf.Tensor | tf.Tensor[]): Promise<void> {
  const run = (): { shape: number[]; dtype: string; values: number[] }[] => {
    const before = tf.memory();
    const results = [tf.tidy(compute)].flat().map((tensor) => {
      const { shape, dtype } = tensor;
      const values = numbers(tensor);
      tensor.dispose();
      return { shape, dtype, values };
    });
    const { numTensors, numDataBuffers, numBytes } = before;
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers, numBytes });
    return results;
  };
  await tf.setBackend("cpu");
  const expected = run();
  await tf.setBackend("wasm");
  const actual = run();
  expect(actual.map(({ shape, dtype }) => [shape, dtype])).toEqual(expected.map(({ shape, dtype }) => [shape, dtype]));
  actual.forEach(({ values }, i) => expect(largestError(values, expected[i]!.values)).toBeLessThan(2e-5));
}
