import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { wasm } from "../../backend-wasm/src/index.ts";
import { cpu, startBackend, type Backend, type KernelPack, type TypedArrayKernel } from "../src/index.ts";
import { defineBackend } from "../src/kit.ts";
import { prepare } from "../src/start/prepare.ts";

await prepare();

function packOf(kernels: readonly TypedArrayKernel[]): KernelPack {
  return { api: 1, name: "test", typedArray: async () => kernels, checks: [] };
}

/** The wasm backend on which one kernel gives its values slightly wrong, put right again by `repair`. */
function withFault(kernelName: string): { faulty: Backend; repair: () => void } {
  const kernels: tf.KernelConfig[] = [];
  const register = (kernel: tf.KernelConfig): void => {
    tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel(kernel);
  };
  return {
    faulty: {
      ...wasm({ threads: 1 }),
      async start(request) {
        const started = await wasm({ threads: 1 }).start(request);
        const kernel = tf.getKernel(kernelName, "wasm");
        kernels.push(kernel);
        const kernelFunc: tf.KernelFunc = (call) => {
          const output = kernel.kernelFunc(call) as tf.TensorInfo;
          const values = (
            call.backend as { typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array }
          ).typedArrayFromHeap(output);
          values[values.length - 1]! += 0.125;
          return output;
        };
        register({ ...kernel, kernelFunc });
        return started;
      },
    },
    repair: () => register(kernels[0]!),
  };
}

describe("the self-check has a veto", () => {
  test.each([
    ["Conv2D", /output of convolution is off by/],
    ["Conv2DBackpropInput", /gradient by x of strided convolution is off by/],
    ["Conv2DBackpropFilter", /gradient by filter of convolution is off by/],
    ["FusedBatchNorm", /output of batch norm is off by/],
    ["DepthwiseConv2dNative", /output of depthwise convolution is off by/],
    ["MaxPool", /output of max pooling is off by/],
    ["AvgPoolGrad", /gradient by x of average pooling is off by/],
    ["BatchMatMul", /gradient by weights of dense layer is off by/],
    ["Exp", /output of softmax cross-entropy is off by/],
  ])("a wrong %s on wasm has cpu started in its place, with the reason", async (kernelName, reason) => {
    const { faulty, repair } = withFault(kernelName);
    try {
      const { name, skipped, selfCheck } = await startBackend([faulty, cpu()]);
      expect([name, tf.getBackend(), selfCheck.passed]).toEqual(["cpu", "cpu", true]);
      expect(skipped).toMatchObject([
        { name: "wasm", reason: expect.stringMatching(reason) as string, selfCheck: { passed: false } },
      ]);
    } finally {
      repair();
    }
    expect(await startBackend([wasm(), cpu()])).toMatchObject({ name: "wasm", skipped: [] });
  });

  test("an operation that throws counts as wrong", async () => {
    const broken: TypedArrayKernel = {
      kernelName: "AvgPoolGrad",
      inputNames: ["dy", "nothing"],
      outputShapes: ([dy]) => [[...dy!]],
      run() {},
    };
    const original = tf.getKernel("AvgPoolGrad", "cpu");
    try {
      await expect(startBackend([cpu()], { kernels: [packOf([broken])] })).rejects.toThrow(
        /average pooling failed \(Input "nothing"/,
      );
    } finally {
      tf.unregisterKernel("AvgPoolGrad", "cpu");
      tf.registerKernel(original);
    }
  });
});

describe("backends that cannot be had", () => {
  const absent = defineBackend({
    name: "absent",
    schema: {},
    start: () => Promise.reject(new Error("Its driver is missing; install it.")),
    async register() {},
  })();

  test("are skipped with their reason", async () => {
    const report = await startBackend([absent, cpu()]);
    expect(report).toMatchObject({ name: "cpu", threads: 1, simd: false });
    expect(report.skipped).toEqual([{ name: "absent", reason: "Its driver is missing; install it." }]);
  });

  test("are an error when they are asked for, or when there is no other", async () => {
    await expect(startBackend([absent, cpu()], { backend: "absent" })).rejects.toThrow(
      'The backend "absent" cannot be used here. absent: Its driver is missing; install it. Choose another one, or "auto"',
    );
    await expect(startBackend([absent, absent])).rejects.toThrow("No backend can be used here. absent: Its driver is");
  });
});

test.each([
  [{ backend: "wsam" }, 'Unknown backend "wsam". Known: wasm, auto, cpu.'],
  [{ kernels: [packOf([{} as TypedArrayKernel])] }, "{} is not a kernel on typed arrays."],
  [
    { kernels: [{ ...packOf([]), api: 2 } as unknown as KernelPack] },
    'pack "test" cannot be used: its contract version',
  ],
])("bad options %j", async (options, message) => {
  const failure = await startBackend([wasm(), cpu()], options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect((failure as Error).message).toContain(message);
});
