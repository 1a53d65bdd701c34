import { startBackend } from "@kwta/backend";
import { wasm, type WasmParams } from "@kwta/backend-wasm";
import { webgpu } from "@kwta/backend-webgpu";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Way } from "../../../test/use-way.ts";
import { ALL_ON_GPU, noGpu, useSoftwareGpu } from "../../backend-webgpu/test/software-gpu.ts";
import { kwtaKernels } from "../src/kernels/index.ts";
import { typedArrayKernels } from "../src/kernels/typed-array/index.ts";
import { webgpuKernels } from "../src/kernels/webgpu/index.ts";
import { registerOnCpu } from "./cpu-host.ts";
import { noTensorflow, startTensorflow } from "./tensorflow-start.ts";
import { startWasm } from "./wasm-start.ts";

type NamedWay = readonly [name: string, way: Way];

export const WAYS_ON_CPU: readonly NamedWay[] = [
  ["composed of TF.js ops on cpu", { start: () => startCpu().then(() => () => {}) }],
  ["composed of TF.js ops on wasm", { start: () => startWasm().then(() => () => {}) }],
  ["by typed-array kernels", { start: () => startCpu().then(() => registerOnCpu(typedArrayKernels)) }],
  ["by wasm kernels on one thread", { start: () => startKernels({ threads: 1, relaxedSimd: false }) }],
  [
    "by wasm kernels with relaxed SIMD on two threads",
    { start: () => startKernels({ threads: 2, relaxedSimd: true }) },
  ],
];

/** Of random cases, how many to run. */
export function runsOf(way: string, runs: number): number {
  return way.includes("WGSL") && !ALL_ON_GPU ? Math.ceil(runs / 10) : runs;
}

/** Whether the backend's own ops, of which some of the family are composed, take numbers below 2^-126 for 0. */
export function flushesDenormals(way: string): boolean {
  return /WGSL|TensorFlow|C\+\+/.test(way);
}

export const GPU_WAYS: readonly NamedWay[] = [
  ["by WGSL kernels without subgroups on a GPU in software", { start: () => startGpu(false), missing: noGpu }],
  ["by WGSL kernels on a GPU in software", { start: () => startGpu(true), missing: noGpu }],
];

/** The last one is slow, and can be read asynchronously alone. */
export const WAYS: readonly NamedWay[] = [
  ...WAYS_ON_CPU,
  ["by typed-array kernels in TensorFlow", { start: () => startTensorflow({ native: false }), missing: noTensorflow }],
  ["by kernels in C++", { start: () => startTensorflow({ native: true }), missing: noTensorflow }],
  GPU_WAYS[1]!,
];

async function startCpu(): Promise<void> {
  await tf.setBackend("cpu");
}

async function startKernels(params: WasmParams): Promise<() => void> {
  await startBackend([wasm(params)], { kernels: [kwtaKernels] });
  return () => {
    for (const { kernelName } of typedArrayKernels) tf.unregisterKernel(kernelName, "wasm");
  };
}

async function startGpu(subgroups: boolean): Promise<() => void> {
  if (noGpu !== undefined) return () => {};
  useSoftwareGpu();
  // By startBackend it would take a few seconds for its self-check.
  await webgpu({ subgroups }).start({ byName: true });
  await webgpu({ subgroups }).register(kwtaKernels);
  // Else TensorFlow.js computes with small tensors on the CPU.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  return () => {
    tf.env().set("WEBGPU_CPU_FORWARD", true);
    for (const { kernelName } of webgpuKernels) tf.unregisterKernel(kernelName, "webgpu");
  };
}
