import { startBackend } from "@kwta/backends/node";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { typedArrayKernels } from "../src/kernels.ts";
import { kwtaWasmKernels } from "../src/wasm.ts";
import { registerOnCpu } from "./cpu-host.ts";
import { startWasm } from "./wasm-start.ts";

/** The ways in which the family is computed: each sets itself up and returns how to undo that. */
export const WAYS: readonly [name: string, start: () => Promise<() => void>][] = [
  ["composed of TF.js ops on cpu", () => startCpu().then(() => () => {})],
  ["composed of TF.js ops on wasm", () => startWasm().then(() => () => {})],
  ["by typed-array kernels", () => startCpu().then(() => registerOnCpu(typedArrayKernels))],
  ["by wasm kernels on one thread", () => startKernels({ threads: 1, relaxedSimd: false })],
  ["by wasm kernels with relaxed SIMD on two threads", () => startKernels({ threads: 2, relaxedSimd: true })],
];

async function startCpu(): Promise<void> {
  await tf.setBackend("cpu");
}

async function startKernels(options: { threads: number; relaxedSimd: boolean }): Promise<() => void> {
  await startBackend({ ...options, backend: "wasm", kernels: typedArrayKernels, wasmKernels: [kwtaWasmKernels] });
  return () => {
    for (const { kernelName } of typedArrayKernels) {
      for (const backend of ["cpu", "wasm"]) tf.unregisterKernel(kernelName, backend);
    }
  };
}
