import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import v8 from "node:v8";
import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter, StartOptions } from "./backend-starter.ts";
import { keepProcessListeners } from "./_process-listeners.node.ts";
import { loadSharedWasm } from "./_shared-wasm.node.ts";
import { startNodeThread } from "./_start-thread.node.ts";
import type { WasmBackend } from "./wasm/_wasm-backend.ts";
import { wasmCode } from "./wasm/_wasm-code.ts";
import { makeHost } from "./wasm/host-of.ts";
import { registerWasmKernels } from "./wasm/register-wasm-kernels.ts";
import { hasRelaxedSimd } from "./wasm/wasm-code.ts";
import type { WasmHost } from "./wasm/wasm-host.ts";

/** The wasm backend in Node: SIMD, all cores, and kernels of ours for most of the work. */
export const wasmStarter: BackendStarter = {
  name: "wasm",
  async start(options) {
    const tfjs = await import("@tensorflow/tfjs-backend-wasm").catch(() => {
      throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-wasm.");
    });
    const notes: string[] = [];
    const settings = settle(options, notes);
    if (!isRunning(settings)) {
      await keepProcessListeners(async () => {
        const failure = await restart(tfjs, settings).catch((error: Error) => error);
        if (!(failure instanceof Error)) return;
        if (!settings.sharedMemory) throw failure;
        notes.push(`It computes on one thread: ${settings.threads} could not be started (${failure.message}).`);
        await restart(tfjs, { ...settings, threads: 1, sharedMemory: false });
      });
    }
    await tf.setBackend("wasm");
    const { threads, sharedMemory, relaxedSimd, winograd } = running!.settings;
    const possible = availableParallelism();
    if (threads < possible) notes.push(`It is faster on ${possible} threads than on ${threads}.`);
    if (!relaxedSimd && canRelaxSimd()) notes.push("It is faster with relaxed SIMD.");
    const simd = (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true;
    return { version: tfjs.version_wasm, threads, simd, relaxedSimd, sharedMemory, winograd, notes };
  },
};

type WasmPackage = typeof import("@tensorflow/tfjs-backend-wasm");

/** More than any machine makes use of. */
const MOST_THREADS = 64;

/** How an engine was started. */
interface Settings {
  readonly threads: number;
  readonly sharedMemory: boolean;
  readonly relaxedSimd: boolean;
  readonly winograd: boolean;
}

/** The engine that runs. What is not asked for stays as it is. */
let running: { readonly settings: Settings; readonly backend: object; readonly host: WasmHost } | undefined;

function settle(options: StartOptions, notes: string[]): Settings {
  const current = isAlive() ? running!.settings : undefined;
  const relaxedSimd = options.relaxedSimd ?? current?.relaxedSimd ?? canRelaxSimd();
  if (relaxedSimd && !canRelaxSimd()) notes.push("This version of Node has no relaxed SIMD.");
  let threads = Math.min(options.threads ?? current?.threads ?? availableParallelism(), MOST_THREADS);
  if (options.sharedMemory === false && threads > 1) {
    if (options.threads !== undefined) notes.push("It computes on one thread: several need shared memory.");
    threads = 1;
  }
  return {
    threads,
    sharedMemory: threads > 1 || (options.sharedMemory ?? false),
    relaxedSimd: relaxedSimd && canRelaxSimd(),
    winograd: options.winograd ?? current?.winograd ?? true,
  };
}

function isAlive(): boolean {
  return running !== undefined && tf.engine().registry["wasm"] === running.backend;
}

function isRunning(settings: Settings): boolean {
  return isAlive() && JSON.stringify(settings) === JSON.stringify(running!.settings);
}

let relaxed: boolean | undefined;

/** Whether this Node runs relaxed SIMD, which Node 20 does only when told so. */
function canRelaxSimd(): boolean {
  if (relaxed === undefined) {
    if (!hasRelaxedSimd(wasmCode)) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
    relaxed = hasRelaxedSimd(wasmCode);
  }
  return relaxed;
}

/** TensorFlow.js's own way to make the backend, whose memory is not shared in Node. */
let makeUnshared: (() => tf.KernelBackend | Promise<tf.KernelBackend>) | undefined;

async function restart(tfjs: WasmPackage, settings: Settings): Promise<void> {
  makeUnshared ??= tf.findBackendFactory("wasm");
  const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  tfjs.setWasmPaths(join(folder, "dist/"));
  tfjs.setThreadsCount(1);
  const shared = settings.sharedMemory ? await loadSharedWasm() : undefined;
  running?.host.terminate();
  running = undefined;
  tf.removeBackend("wasm");
  tf.registerBackend("wasm", shared ? () => new tfjs.BackendWasm(shared.module) : makeUnshared, 2);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js could not start its wasm backend");
  const backend = tf.backend();
  const wasmBackend = backend as unknown as WasmBackend;
  const memory = shared?.memory ?? wasmBackend.wasm.asm?.memory;
  const host = makeHost(wasmBackend, memory, { ...settings, startThread: startNodeThread });
  try {
    await host.load(wasmCode);
  } catch (error) {
    host.terminate();
    throw error;
  }
  registerWasmKernels();
  running = { settings, backend, host };
}
