import { cpu, startBackend, type KernelPack, type TypedArrayKernel } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, expect, test } from "vitest";
import { kwta } from "../src/index.ts";
import { kwtaKernels } from "../src/kernels/index.ts";
import { typedArrayKernels } from "../src/kernels/typed-array/index.ts";

afterEach(() => {
  for (const name of ["cpu", "wasm"]) {
    for (const { kernelName } of typedArrayKernels) {
      if (tf.getKernel(kernelName, name)) tf.unregisterKernel(kernelName, name);
    }
  }
});

test.each([wasm({ threads: 1 }), cpu()])("$name starts with k-WTA in its self-check", async (backend) => {
  const alone = await startBackend([backend]);
  const { selfCheck } = await startBackend([backend], { kernels: [kwtaKernels] });
  // Output and gradient, of the exact one and of the gate.
  expect(selfCheck).toMatchObject({ passed: true, compared: alone.selfCheck.compared + 4 });
  expect(selfCheck.worst).toBeLessThan(2e-6);
});

/** The kernels of k-WTA, one of which gets its last value wrong. */
function withFault(kernelName: string): KernelPack {
  const kernels = typedArrayKernels.map((kernel) => {
    if (kernel.kernelName !== kernelName) return kernel;
    const run: TypedArrayKernel["run"] = (inputs, outputs, ...rest) => {
      kernel.run(inputs, outputs, ...rest);
      outputs[0]![outputs[0]!.length - 1]! += 0.01;
    };
    return { ...kernel, run };
  });
  return { ...kwtaKernels, typedArray: async () => kernels };
}

test.each([
  ["Kwta", /output of k-WTA is off by/],
  ["KwtaGrad", /gradient by x of k-WTA is off by/],
  ["KwtaGateGrad", /gradient by x of k-WTA with a gate is off by/],
])("a wrong %s keeps a backend from being used", async (kernelName, reason) => {
  await expect(startBackend([cpu()], { kernels: [withFault(kernelName)] })).rejects.toThrow(reason);
});

const SAMPLE = [30, 31, 7];

/** The bits of k-WTA's output and both of its gradients, for the first of eight samples. */
function evaluate(samples: number): Uint32Array[] {
  const numbers = (stream: number): tf.Tensor => {
    const all = tf.randomUniform([8, ...SAMPLE], -1, 1, "float32", stream);
    return tf.slice(all, 0, samples);
  };
  return tf.tidy(() => {
    const [x, dy] = [numbers(1), numbers(2)];
    const gradients = ["exact", "gate:0.1"].map((backward) =>
      tf.grad((a: tf.Tensor) => kwta(a, { gamma: 0.1, backward }))(x, dy),
    );
    const results = [kwta(x, { gamma: 0.1 }), ...gradients].map((tensor) => tensor.dataSync() as Float32Array);
    return results.map((values) => new Uint32Array(values.slice().buffer)) as unknown as tf.TensorContainer;
  }) as unknown as Uint32Array[];
}

test("k-WTA and its gradients have the same bits on any number of threads and in any batch", async () => {
  await startBackend([wasm({ threads: 1 })], { kernels: [kwtaKernels] });
  const expected = evaluate(8);
  for (const threads of [1, 2, 3]) {
    await startBackend([wasm({ threads })], { kernels: [kwtaKernels] });
    for (const samples of [1, 3, 8]) {
      const same = evaluate(samples).map((bits, part) => bits.every((word, i) => word === expected[part]![i]));
      expect(same).toEqual([true, true, true]);
    }
  }
});
