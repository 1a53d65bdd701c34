import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter, StartOptions } from "./backend-starter.ts";
import { loadWasm, type WasmFile } from "./_load-wasm.ts";
import type { WasmBackend } from "./wasm/_wasm-backend.ts";
import { wasmCode } from "./wasm/_wasm-code.ts";
import { makeHost } from "./wasm/host-of.ts";
import { registerWasmKernels } from "./wasm/register-wasm-kernels.ts";
import type { StartThread } from "./wasm/threads.ts";
import type { WasmHost } from "./wasm/wasm-host.ts";

/** What Node and browsers do in their own ways. */
export interface WasmPlatform {
  /** What it is called in messages. */
  readonly name: string;
  /** How many threads the machine runs at a time. */
  cores(): number;
  /** Why memory cannot be shared with threads here, and what to do about it; undefined where it can. */
  whyUnshared(): string | undefined;
  /** Whether relaxed SIMD runs here. */
  canRelaxSimd(): boolean;
  /** Content of a wasm file of TensorFlow.js. */
  read(file: WasmFile): Promise<Uint8Array<ArrayBuffer>>;
  readonly startThread: StartThread;
  /** Does some work that loads scripts of TensorFlow.js, and undoes what they did to their surroundings. */
  shield<T>(work: () => Promise<T>): Promise<T>;
}

/** The wasm backend: SIMD, all cores where memory can be shared, and kernels of ours for most of the work. */
export function makeWasmStarter(platform: WasmPlatform): BackendStarter {
  return {
    name: "wasm",
    async start(options) {
      const tfjs = await import("@tensorflow/tfjs-backend-wasm").catch(() => {
        throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-wasm.");
      });
      if ((await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) !== true) {
        throw new Error(`This ${platform.name} has no SIMD in WebAssembly; use a newer one.`);
      }
      const notes: string[] = [];
      const settings = settle(options, platform, notes);
      if (!isRunning(settings)) await platform.shield(() => startOrFallBack(tfjs, platform, settings, notes));
      await tf.setBackend("wasm");
      const { threads, sharedMemory, relaxedSimd, winograd } = running!.settings;
      notes.push(...whatIsFaster(running!.settings, platform));
      return { version: tfjs.version_wasm, threads, simd: true, relaxedSimd, sharedMemory, winograd, notes };
    },
  };
}

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

function settle(options: StartOptions, platform: WasmPlatform, notes: string[]): Settings {
  const current = isAlive() ? running!.settings : undefined;
  const relaxedSimd = options.relaxedSimd ?? current?.relaxedSimd ?? platform.canRelaxSimd();
  if (relaxedSimd && !platform.canRelaxSimd()) notes.push(`This ${platform.name} has no relaxed SIMD.`);
  let threads = Math.min(options.threads ?? current?.threads ?? platform.cores(), MOST_THREADS);
  const canShare = platform.whyUnshared() === undefined;
  if (options.sharedMemory === false && threads > 1 && canShare && options.threads !== undefined) {
    notes.push("It computes on one thread: several need shared memory.");
  }
  if (options.sharedMemory === false || !canShare) threads = 1;
  return {
    threads,
    sharedMemory: canShare && (threads > 1 || (options.sharedMemory ?? false)),
    relaxedSimd: relaxedSimd && platform.canRelaxSimd(),
    winograd: options.winograd ?? current?.winograd ?? true,
  };
}

function whatIsFaster({ threads, relaxedSimd }: Settings, platform: WasmPlatform): string[] {
  const notes: string[] = [];
  const why = platform.whyUnshared();
  const possible = platform.cores();
  if (why !== undefined) notes.push(`It computes on one thread: ${why}`);
  else if (threads < possible) notes.push(`It is faster on ${possible} threads than on ${threads}.`);
  if (!relaxedSimd && platform.canRelaxSimd()) notes.push("It is faster with relaxed SIMD.");
  return notes;
}

function isAlive(): boolean {
  return running !== undefined && tf.engine().registry["wasm"] === running.backend;
}

function isRunning(settings: Settings): boolean {
  return isAlive() && !running!.host.failed && JSON.stringify(settings) === JSON.stringify(running!.settings);
}

/** Where threads cannot be started, one computes. */
async function startOrFallBack(
  tfjs: WasmPackage,
  platform: WasmPlatform,
  settings: Settings,
  notes: string[],
): Promise<void> {
  try {
    await restart(tfjs, platform, settings);
  } catch (error) {
    if (!settings.sharedMemory || error instanceof InputError) throw error;
    const { message } = error as Error;
    notes.push(`It computes on one thread: ${settings.threads} could not be started (${message}).`);
    await restart(tfjs, platform, { ...settings, threads: 1, sharedMemory: false });
  }
}

async function restart(tfjs: WasmPackage, platform: WasmPlatform, settings: Settings): Promise<void> {
  tfjs.setThreadsCount(1);
  const { module, memory } = await loadWasm(settings.sharedMemory, (file) => platform.read(file));
  running?.host.terminate();
  running = undefined;
  tf.removeBackend("wasm");
  tf.registerBackend("wasm", () => new tfjs.BackendWasm(module), 2);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js could not start its wasm backend");
  const backend = tf.backend();
  const { startThread } = platform;
  const host = makeHost(backend as unknown as WasmBackend, memory, { ...settings, startThread });
  try {
    await host.load(wasmCode);
  } catch (error) {
    host.terminate();
    throw error;
  }
  registerWasmKernels();
  running = { settings, backend, host };
}
