import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { climbLadder, cpuStarter, type BackendStarter, type TypedArrayKernel } from "../src/index.ts";
import { prepareTensorFlow } from "../src/start-backend.node.ts";
import { wasmStarter } from "../src/wasm-starter.node.ts";

await prepareTensorFlow();

/** The wasm backend on which one kernel gives its values slightly wrong, put right again by `repair`. */
function withFault(kernelName: string): { starter: BackendStarter; repair: () => void } {
  const kernels: tf.KernelConfig[] = [];
  const register = (kernel: tf.KernelConfig): void => {
    tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel(kernel);
  };
  return {
    starter: {
      name: "wasm",
      async start(options) {
        const started = await wasmStarter.start(options);
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
  ])("a wrong %s on wasm lets the ladder fall to cpu, with the reason", async (kernelName, reason) => {
    const { starter, repair } = withFault(kernelName);
    try {
      const { name, skipped, selfCheck } = await climbLadder([starter, cpuStarter], { threads: 1 });
      expect([name, tf.getBackend(), selfCheck.passed]).toEqual(["cpu", "cpu", true]);
      expect(skipped).toMatchObject([
        { name: "wasm", reason: expect.stringMatching(reason) as string, selfCheck: { passed: false } },
      ]);
    } finally {
      repair();
    }
    expect(await climbLadder([wasmStarter, cpuStarter])).toMatchObject({ name: "wasm", skipped: [] });
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
      await expect(climbLadder([cpuStarter], { kernels: [broken] })).rejects.toThrow(
        /average pooling failed \(Input "nothing"/,
      );
    } finally {
      tf.unregisterKernel("AvgPoolGrad", "cpu");
      tf.registerKernel(original);
    }
  });
});

describe("backends that cannot be had", () => {
  const absent: BackendStarter = {
    name: "absent",
    start: () => Promise.reject(new Error("Its driver is missing; install it.")),
  };

  test("are skipped with their reason", async () => {
    const report = await climbLadder([absent, cpuStarter]);
    expect(report).toMatchObject({ name: "cpu", threads: 1, simd: false });
    expect(report.skipped).toEqual([{ name: "absent", reason: "Its driver is missing; install it." }]);
  });

  test("are an error when they are asked for, or when there is no other", async () => {
    await expect(climbLadder([absent, cpuStarter], { backend: "absent" })).rejects.toThrow(
      'The backend "absent" cannot be used here. absent: Its driver is missing; install it. Choose "auto"',
    );
    await expect(climbLadder([absent])).rejects.toThrow("No backend can be used here. absent: Its driver is missing");
  });
});

test.each([
  [{ backend: "wsam" }, 'Unknown backend "wsam". Known: wasm, auto, cpu.'],
  [{ threads: 0 }, "threads is 0; it must be a whole number of at least 1."],
  [{ threads: 1.5 }, "threads is 1.5; it must be a whole number of at least 1."],
  [{ kernels: [{} as TypedArrayKernel] }, "{} is not a kernel on typed arrays."],
])("bad options %j", async (options, message) => {
  const failure = await climbLadder([wasmStarter, cpuStarter], options).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(InputError);
  expect((failure as Error).message).toContain(message);
});
