import { cpu, startBackend, type BackendReport, type KernelPack, type WebgpuKernel } from "@kwta/backend";
import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isSoftware } from "../src/device/software.ts";
import { webgpu } from "../src/index.ts";
import { noGpu, useSoftwareGpu } from "./software-gpu.ts";

const backends = [webgpu(), cpu()];

/** Adds a number, for which every value has its own thread. */
const plus = {
  kernelName: "TestPlus",
  inputNames: ["x"],
  outputShapes: ([x]) => [[...x!]],
  code: `
    struct Parameters { length: u32, step: u32 }
    @group(0) @binding(0) var<storage, read> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> y: array<f32>;
    @group(0) @binding(2) var<uniform> parameters: Parameters;
    @compute @workgroup_size(1)
    fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u) {
      let i = id.y * count.x + id.x;
      if (i < parameters.length) { y[i] = x[i] + f32(parameters.step); }
    }`,
  plan: ([shape], { step }) => {
    const length = tf.util.sizeFromShape([...shape!]);
    return { workgroups: length, parameters: [length, step as number] };
  },
} satisfies WebgpuKernel;

function packOf(kernel: WebgpuKernel): KernelPack {
  return { api: 1, name: "test", webgpu: async () => [kernel], checks: [] };
}

const runPlus = (x: tf.Tensor, step: number): tf.Tensor =>
  tf.engine().runKernel("TestPlus", { x }, { step }) as unknown as tf.Tensor;

const device = (): GPUDevice => (tf.backend() as unknown as { device: GPUDevice }).device;

describe.skipIf(noGpu !== undefined)(`webgpu on a GPU in software${noGpu ? ` (skipped: ${noGpu})` : ""}`, () => {
  let report: BackendReport;
  const said = (["log", "warn", "error"] as const).map((name) => vi.spyOn(console, name));

  beforeAll(async () => {
    useSoftwareGpu();
    report = await startBackend(backends, { backend: "webgpu", kernels: [packOf(plus)] });
  }, 60_000);
  afterAll(() => tf.removeBackend("webgpu"));

  test("computes right, leaves nothing behind and says nothing", () => {
    expect(report).toMatchObject({ name: "webgpu", spec: "webgpu:subgroups=true", version: "4.22.0", skipped: [] });
    expect(report.selfCheck).toMatchObject({ passed: true, compared: 75, failures: [] });
    expect(report.selfCheck.worst).toBeLessThan(2e-6);
    expect(report.device).toMatch(/swiftshader|llvmpipe/i);
    expect(report.notes.join()).toMatch(/stands in for the GPU.*wasm backend is faster/);
    expect(tf.memory()).toMatchObject({ numTensors: 0, numDataBuffers: 0 });
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
    expect("navigator" in globalThis && "gpu" in globalThis.navigator).toBe(false);
  });

  test("is not taken by itself, since the next ones are faster", async () => {
    const { name, skipped } = await startBackend(backends);
    expect(name).toBe("cpu");
    expect(skipped).toMatchObject([{ name: "webgpu", reason: expect.stringMatching(/There is no GPU.*by its name/) }]);
    // Asked for again, it goes on where it was.
    await webgpu().start({ byName: true });
    expect(tf.getBackend()).toBe("webgpu");
  });

  test("runs kernels handed in, in two dimensions where there are many workgroups, and on nothing", async () => {
    const values = Float32Array.from({ length: 70_000 }, (_, i) => i);
    const [y, none] = tf.tidy(() => [runPlus(tf.tensor1d(values), 3), runPlus(tf.zeros([0, 2]), 3)]);
    const actual = await y!.data();
    expect(actual.findIndex((value, i) => value !== i + 3)).toBe(-1);
    expect([none!.shape, ...(await none!.data())]).toEqual([[0, 2]]);
    tf.dispose([y!, none!]);
    const whole = tf.ones([2], "int32");
    expect(() => runPlus(whole, 1)).toThrow('Input "x" of the kernel TestPlus is int32');
    whole.dispose();
  });

  test("a kernel that is no WGSL is refused with its line", async () => {
    const broken = { ...plus, kernelName: "Broken", code: plus.code.replace("x[i] +", "x[i] plus") };
    const failure = await startBackend([webgpu()], { kernels: [packOf(broken)] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as Error).message).toMatch(
      /The kernel "Broken" cannot be compiled for this device: line 9: expected/,
    );
  });

  test("what the GPU refuses is an error of the next result, not a wrong number", async () => {
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- of TensorFlow.js
    const tooLarge = tf.fill([2 ** 28, 3], 1);
    await expect(tooLarge.data()).rejects.toThrow(
      /GPU could not compute: .*\. Use a smaller batch or a smaller model\./,
    );
    tooLarge.dispose();
    const x = tf.tensor1d([1, 2]);
    const y = tf.add(x, 1);
    expect([...(await y.data())]).toEqual([2, 3]);
    tf.dispose([x, y]);
  });

  test("what is on the GPU alone cannot be read at once in Node, and the error says how", () => {
    const x = tf.tensor1d([1, 2]);
    const y = runPlus(x, 1);
    expect(() => y.dataSync()).toThrow(/Use await tensor\.data\(\) in place of dataSync\(\)/);
    const fresh = tf.tensor1d([1, 2]);
    expect([...fresh.dataSync()]).toEqual([1, 2]);
    tf.dispose([x, y, fresh]);
  });

  // The last one: it takes the backend away.
  test("a lost device is told, refuses further work with advice, and can be started anew", async () => {
    const lost: string[] = [];
    await webgpu().start({ byName: true, onLost: ({ message }) => lost.push(message) });
    const y = tf.tidy(() => runPlus(tf.tensor1d([1, 2]), 1));
    device().destroy();
    await expect(y.data()).rejects.toThrow(InputError);
    expect(lost).toEqual([expect.stringMatching(/^The GPU was lost \(it was destroyed.*from its last checkpoint/)]);
    expect(() => runPlus(y, 1)).toThrow(lost[0]);
    await webgpu().start({ byName: true });
    const z = tf.tidy(() => runPlus(tf.tensor1d([1, 2]), 1));
    expect([...(await z.data())]).toEqual([2, 3]);
    expect(lost).toHaveLength(1);
    tf.dispose([y, z]);
  });
});

test.each([
  [{ vendor: "google", architecture: "swiftshader", device: "", description: "" }, true],
  [{ vendor: "mesa", architecture: "", device: "", description: "llvmpipe (LLVM 15.0.6, 256 bits)" }, true],
  [{ vendor: "microsoft", architecture: "", device: "", description: "Microsoft Basic Render Driver" }, true],
  [{ vendor: "nvidia", architecture: "lovelace", device: "", description: "" }, false],
  [{ vendor: "apple", architecture: "common-3", device: "", description: "" }, false],
  [{ vendor: "", architecture: "", device: "", description: "", isFallbackAdapter: true }, true],
])("%j is a program: %s", (info, expected) => {
  expect(isSoftware({ info })).toBe(expected);
});
