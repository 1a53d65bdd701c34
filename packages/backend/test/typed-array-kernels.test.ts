import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { wasm } from "../../backend-wasm/src/index.ts";
import { cpu, startBackend, type KernelPack, type TypedArrayKernel } from "../src/index.ts";
import { numbers } from "./helpers/numbers.ts";

/** Scaled rows and the sum of each. */
const scaleRows: TypedArrayKernel = {
  kernelName: "TestScaleRows",
  inputNames: ["x", "scales"],
  outputShapes: ([x]) => [[...x!], [x![0]!]],
  run([x, scales], [y, sums], [shape], attributes) {
    const factor = attributes["factor"] as number;
    if (factor === 0) throw new Error("factor 0");
    const columns = shape![1]!;
    sums!.fill(0);
    x!.forEach((value, i) => {
      const row = Math.floor(i / columns);
      y![i] = value * scales![row]! * factor;
      sums![row]! += y![i]!;
    });
  },
};

const negate: TypedArrayKernel = {
  kernelName: "TestNegate",
  inputNames: ["x"],
  outputShapes: ([x]) => [[...x!]],
  run: ([x], [y]) => void x!.forEach((value, i) => (y![i] = -value)),
};

const run = (name: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap = {}): tf.Tensor | tf.Tensor[] =>
  tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attributes);

function packOf(kernels: readonly TypedArrayKernel[]): KernelPack {
  return { api: 1, name: "test", typedArray: async () => kernels, checks: [] };
}

beforeAll(async () => {
  for (const backend of [wasm({ threads: 1 }), cpu()]) {
    await startBackend([backend], { kernels: [packOf([scaleRows, negate])] });
  }
});

describe.each(["wasm", "cpu"])("on %s", (backend) => {
  test("kernels get their inputs by name and give all their outputs", async () => {
    await tf.setBackend(backend);
    const before = tf.memory();
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
      const [y, sums] = run("TestScaleRows", { scales: tf.tensor1d([1, 10]), x }, { factor: 2 }) as tf.Tensor[];
      expect([y!.shape, numbers(y!)]).toEqual([
        [2, 2],
        [2, 4, 60, 80],
      ]);
      expect([sums!.shape, numbers(sums!)]).toEqual([[2], [6, 140]]);
      expect(numbers(run("TestNegate", { x }) as tf.Tensor)).toEqual([-1, -2, -3, -4]);
    });
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
  });

  test("bad inputs and failures say what is wrong and leave nothing behind", async () => {
    await tf.setBackend(backend);
    const before = tf.memory();
    tf.tidy(() => {
      const x = tf.ones([2, 2]);
      expect(() => run("TestScaleRows", { x }, { factor: 1 })).toThrow(/Input "scales" of .*TestScaleRows is missing/);
      expect(() => run("TestNegate", { x: tf.cast(x, "int32") })).toThrow(/is int32; give it a float32 tensor/);
      expect(() => run("TestScaleRows", { x, scales: tf.ones([2]) }, { factor: 0 })).toThrow("factor 0");
    });
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
  });
});

test("on wasm, memory that grows while the outputs are made does no harm", async () => {
  await tf.setBackend("wasm");
  // Larger than the heap is: each allocation moves it.
  const size = 24 * 2 ** 20;
  tf.tidy(() => {
    const y = run("TestNegate", { x: tf.mul(tf.ones([size]), 3) }) as tf.Tensor;
    expect(numbers(tf.slice(y, size - 2, 2))).toEqual([-3, -3]);
  });
});

test("a later kernel of the same name replaces the first", async () => {
  await tf.setBackend("cpu");
  await cpu().register(packOf([{ ...negate, run: ([x], [y]) => void y!.set(x!) }]));
  const values = tf.tidy(() => numbers(run("TestNegate", { x: tf.ones([2]) }) as tf.Tensor));
  expect(values).toEqual([1, 1]);
  await cpu().register(packOf([negate]));
});

test("what is no kernel is refused, and nothing of the list is registered", async () => {
  const list = [{ ...negate, kernelName: "TestOther" }, { kernelName: "TestBroken" }] as unknown as TypedArrayKernel[];
  await expect(wasm().register(packOf(list))).rejects.toThrow(InputError);
  expect(tf.getKernel("TestOther", "wasm")).toBeUndefined();
});
