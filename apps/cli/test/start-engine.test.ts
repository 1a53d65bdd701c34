import { registerTypedArrayKernels, type TypedArrayKernel } from "@kwta/backends";
import { startBackend } from "@kwta/backends/node";
import { keyedRandom } from "@kwta/core";
import { kwta } from "@kwta/op";
import { typedArrayKernels } from "@kwta/op/kernels";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, test } from "vitest";
import { kwtaKernels } from "../src/engine/kwta-kernels.ts";
import { startEngine } from "../src/engine/start-engine.node.ts";

afterEach(() => registerTypedArrayKernels(typedArrayKernels));

test.each(["wasm", "cpu"])("the engine starts on %s with k-WTA in its self-check", async (backend) => {
  const alone = await startBackend({ backend, threads: 1 });
  const { selfCheck } = await startEngine({ backend, threads: 1 });
  // Output and gradient, of the exact one and of the gate.
  expect(selfCheck).toMatchObject({ passed: true, compared: alone.selfCheck.compared + 4 });
  expect(selfCheck.worst).toBeLessThan(2e-6);
});

/** The kernels of k-WTA, one of which gets its last value wrong. */
function withFault(kernelName: string): readonly TypedArrayKernel[] {
  return typedArrayKernels.map((kernel) => {
    if (kernel.kernelName !== kernelName) return kernel;
    const run: TypedArrayKernel["run"] = (inputs, outputs, ...rest) => {
      kernel.run(inputs, outputs, ...rest);
      outputs[0]![outputs[0]!.length - 1]! += 0.01;
    };
    return { ...kernel, run };
  });
}

test.each([
  ["Kwta", /output of k-WTA is off by/],
  ["KwtaGrad", /gradient by x of k-WTA is off by/],
  ["KwtaGateGrad", /gradient by x of k-WTA with a gate is off by/],
])("a wrong %s keeps an engine from being used", async (kernelName, reason) => {
  const options = { ...kwtaKernels, kernels: withFault(kernelName), backend: "cpu" };
  await expect(startBackend(options)).rejects.toThrow(reason);
});

const SAMPLE = [30, 31, 7];
const SIZE = 30 * 31 * 7;

/** The bits of k-WTA's output and both of its gradients, for the first of eight samples. */
function evaluate(samples: number): Uint32Array[] {
  const numbers = (stream: number): tf.Tensor => {
    const values = keyedRandom(0, "start-engine", stream).uniform(new Float32Array(8 * SIZE), -1, 1);
    return tf.tensor(values.slice(0, samples * SIZE), [samples, ...SAMPLE]);
  };
  return tf.tidy(() => {
    const [x, dy] = [numbers(0), numbers(1)];
    const gradients = ["exact", "gate:0.1"].map((backward) =>
      tf.grad((a: tf.Tensor) => kwta(a, { gamma: 0.1, backward }))(x, dy),
    );
    const results = [kwta(x, { gamma: 0.1 }), ...gradients].map((tensor) => tensor.dataSync() as Float32Array);
    return results.map((values) => new Uint32Array(values.slice().buffer)) as unknown as tf.TensorContainer;
  }) as unknown as Uint32Array[];
}

test("k-WTA and its gradients have the same bits on any number of threads and in any batch", async () => {
  await startEngine({ backend: "wasm", threads: 1 });
  const expected = evaluate(8);
  for (const threads of [1, 2, 3]) {
    await startEngine({ backend: "wasm", threads });
    for (const samples of [1, 3, 8]) {
      const same = evaluate(samples).map((bits, part) => bits.every((word, i) => word === expected[part]![i]));
      expect(same).toEqual([true, true, true]);
    }
  }
});
