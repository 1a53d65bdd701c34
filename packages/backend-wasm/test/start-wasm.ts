import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { expect } from "vitest";
import { largestError, numbers } from "../../backend/test/helpers/numbers.ts";
import { registerWasmKernels } from "../src/kernels/index.ts";

/** TensorFlow.js's own wasm backend on one thread with our kernels. */
export async function startWasm(): Promise<void> {
  const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  setWasmPaths(join(folder, "dist/"));
  registerWasmKernels();
  await tf.setBackend("cpu");
  // Else it prints an advertisement at its first use.
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  await tf.setBackend("wasm");
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
