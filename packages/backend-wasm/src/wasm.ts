import { platform } from "#platform";
import {
  checkCopies,
  defineBackend,
  registerTypedArrayKernels,
  type ArrayMemory,
  type BackendMaker,
} from "@kwta/backend/kit";
import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { wasmCode } from "./host/_wasm-code.ts";
import { makeHost } from "./host/host-of.ts";
import { loadWasm } from "./host/load-wasm.ts";
import { registerWasmModule } from "./host/register-wasm-module.ts";
import type { WasmBackend } from "./host/wasm-backend.ts";
import type { WasmHost } from "./host/wasm-host.ts";
import { registerWasmKernels } from "./kernels/index.ts";
import { WASM_SCHEMA, settle, whatIsFaster, type Settings, type WasmParams } from "./settings.ts";

/** WebAssembly: SIMD, all cores where memory can be shared, and kernels of ours for most of the work. */
export const wasm: BackendMaker<typeof WASM_SCHEMA> = defineBackend({
  name: "wasm",
  schema: WASM_SCHEMA,
  async start(params) {
    checkCopies(["@tensorflow/tfjs-backend-wasm"], import.meta.url);
    const tfjs = await import("@tensorflow/tfjs-backend-wasm").catch(() => {
      throw new Error("It is not installed; npm install @tensorflow/tfjs-backend-wasm.");
    });
    if ((await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) !== true) {
      throw new Error(`This ${platform.name} has no SIMD in WebAssembly; use a newer one.`);
    }
    const notes: string[] = [];
    const settings = settle(params, isAlive() ? running!.settings : undefined, platform, notes);
    if (!isRunning(settings)) await platform.shield(() => startOrFallBack(tfjs, settings, params, notes));
    await tf.setBackend("wasm");
    const { threads } = running!.settings;
    notes.push(...whatIsFaster(running!.settings, platform));
    return { version: tfjs.version_wasm, params: paramsOf(running!.settings, params), threads, simd: true, notes };
  },
  async register(pack) {
    if (pack.typedArray) {
      registerTypedArrayKernels("wasm", await pack.typedArray(), (backend) => memoryOf(backend as WasmBackend));
    }
    if (pack.wasm) await registerWasmModule(await pack.wasm());
  },
});

type WasmPackage = typeof import("@tensorflow/tfjs-backend-wasm");

/** The backend that runs. What is not asked for stays as it is. */
let running: { readonly settings: Settings; readonly backend: object; readonly host: WasmHost } | undefined;

function paramsOf({ threads, relaxedSimd, sharedMemory, winograd }: Settings, { files = "" }: WasmParams) {
  return { threads, relaxedSimd, memory: sharedMemory ? "shared" : "own", winograd, files };
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
  settings: Settings,
  { files = "" }: WasmParams,
  notes: string[],
): Promise<void> {
  try {
    await restart(tfjs, settings, files);
  } catch (error) {
    if (!settings.sharedMemory || error instanceof InputError) throw error;
    const { message } = error as Error;
    notes.push(`It computes on one thread: ${settings.threads} could not be started (${message}).`);
    await restart(tfjs, { ...settings, threads: 1, sharedMemory: false }, files);
  }
}

async function restart(tfjs: WasmPackage, settings: Settings, files: string): Promise<void> {
  tfjs.setThreadsCount(1);
  const read = (file: Parameters<typeof platform.read>[0]) => platform.read(file, files, tfjs.version_wasm);
  const { module, memory } = await loadWasm(settings.sharedMemory, read);
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

/** The wasm heap itself. */
function memoryOf(backend: WasmBackend): ArrayMemory {
  return {
    allocate: (shape) => backend.makeOutput(shape, "float32"),
    view: (tensor) => backend.typedArrayFromHeap(tensor) as Float32Array,
    free: ({ dataId }) => void backend.disposeData(dataId),
  };
}
