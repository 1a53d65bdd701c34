import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter } from "./backend-starter.ts";
import { keepProcessListeners } from "./_process-listeners.node.ts";
import { loadThreadedWasm, MOST_THREADS } from "./_threaded-wasm.node.ts";
import { registerWasmKernels } from "./wasm/register-wasm-kernels.ts";

/** The wasm backend in Node: SIMD, all cores, and the kernels that it lacks. */
export const wasmStarter: BackendStarter = {
  name: "wasm",
  async start({ threads }) {
    const tfjs = await import("@tensorflow/tfjs-backend-wasm").catch(() => {
      throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-wasm.");
    });
    const running = runningThreads(tfjs);
    const wanted = Math.min(threads ?? running ?? availableParallelism(), MOST_THREADS);
    const notes: string[] = [];
    if (running !== wanted) {
      await keepProcessListeners(async () => {
        const failure = wanted > 1 ? await restart(tfjs, wanted).catch((error: Error) => error) : undefined;
        if (failure) notes.push(`It computes on one thread: ${wanted} could not be started (${failure.message}).`);
        if (failure || wanted === 1) await restart(tfjs, 1);
      });
    }
    await tf.setBackend("wasm");
    registerWasmKernels();
    const actual = tfjs.getThreadsCount();
    const possible = Math.min(availableParallelism(), MOST_THREADS);
    if (actual < possible) notes.push(`It is faster on ${possible} threads than on ${actual}.`);
    const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true;
    return { version: tfjs.version_wasm, threads: actual, simd, notes };
  },
};

type WasmPackage = typeof import("@tensorflow/tfjs-backend-wasm");

/** The number of threads of the engine that runs; undefined when none does. */
function runningThreads({ getThreadsCount }: WasmPackage): number | undefined {
  try {
    return getThreadsCount();
  } catch {
    return undefined;
  }
}

/** TensorFlow.js's own way to make the backend, which has one thread in Node. */
let makeSingleThreaded: (() => tf.KernelBackend | Promise<tf.KernelBackend>) | undefined;

async function restart(tfjs: WasmPackage, threads: number): Promise<void> {
  makeSingleThreaded ??= tf.findBackendFactory("wasm");
  const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  tfjs.setWasmPaths(join(folder, "dist/"));
  tfjs.setThreadsCount(threads);
  const module = threads > 1 ? await loadThreadedWasm(threads) : undefined;
  tf.removeBackend("wasm");
  tf.registerBackend("wasm", module ? () => new tfjs.BackendWasm(module) : makeSingleThreaded, 2);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js could not start its wasm backend");
}
