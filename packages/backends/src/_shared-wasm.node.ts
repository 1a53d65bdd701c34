import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

const require = createRequire(import.meta.url);
// Not exported by the package: TensorFlow.js loads it only in browsers, by ways that Node lacks (tfjs issue 3830).
const FOLDER = "@tensorflow/tfjs-backend-wasm/wasm-out/";
const NAME = "tfjs-backend-wasm-threaded-simd";

/** The wasm module of the backend, as its class takes it, and its memory. */
export interface LoadedWasm {
  readonly module: BackendWasm["wasm"];
  readonly memory: WebAssembly.Memory;
}

/**
 * Loads the wasm module of TensorFlow.js whose memory is shared, so that threads of ours can compute in it. The module's own
 * threads are not used: it would need some for itself, which wait by spinning and stand in the way of ours.
 */
export async function loadSharedWasm(): Promise<LoadedWasm> {
  const factory = require(`${FOLDER}${NAME}.js`) as EmscriptenFactory;
  const binary = await readFile(require.resolve(`${FOLDER}${NAME}.wasm`));
  let memory: WebAssembly.Memory | undefined;
  const settings: EmscriptenSettings = {
    mainScriptUrlOrBlob: require.resolve(`${FOLDER}${NAME}.js`),
    printErr() {},
    instantiateWasm(imports, done) {
      const { env } = imports;
      memory = env!["memory"] as WebAssembly.Memory;
      env!["emscripten_num_logical_cores"] = () => 1;
      void WebAssembly.instantiate(binary, imports).then(({ instance, module }) => done(instance, module));
      return {};
    },
  };
  const module = await withSpareWorkers(() => factory(settings));
  return {
    module: Object.assign(module, { tfjs: functionsOf(module) }) as unknown as BackendWasm["wasm"],
    memory: memory!,
  };
}

/** As in `init` of the backend, which does not take a module that is loaded already. */
function functionsOf({ cwrap }: EmscriptenModule): object {
  return {
    init: cwrap("init", null, []),
    initWithThreadsCount: cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: cwrap("get_threads_count", "number", []),
    registerTensor: cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: cwrap("dispose_data", null, ["number"]),
    dispose: cwrap("dispose", null, []),
  };
}

interface EmscriptenModule {
  cwrap(name: string, result: string | null, parameters: readonly string[]): (...values: number[]) => unknown;
}

interface EmscriptenSettings {
  readonly mainScriptUrlOrBlob: string;
  printErr(message: string): void;
  instantiateWasm(
    imports: Record<string, Record<string, WebAssembly.ImportValue>>,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}

type EmscriptenFactory = (settings: EmscriptenSettings) => Promise<EmscriptenModule>;

/** Calls `make` while `new Worker(...)`, which the script takes from the global scope, gives a worker that does nothing. */
function withSpareWorkers<T>(make: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  // A function that returns an object serves as a class; the script first assigns Node's own, which must have no effect.
  const workerClass = function (): SpareWorker {
    return spareWorker();
  };
  Object.defineProperty(globalThis, "Worker", { configurable: true, get: () => workerClass, set() {} });
  try {
    return make();
  } finally {
    if (before) Object.defineProperty(globalThis, "Worker", before);
    else delete (globalThis as { Worker?: unknown }).Worker;
  }
}

/** What the script uses of a worker. It makes eight, however many it uses, and waits until they say that they are ready. */
interface SpareWorker {
  on(event: string, listener: (value: unknown) => void): void;
  postMessage(): void;
  ref(): void;
  unref(): void;
  terminate(): void;
}

function spareWorker(): SpareWorker {
  let listen: ((value: unknown) => void) | undefined;
  return {
    on(event, listener) {
      if (event === "message") listen = listener;
    },
    postMessage: () => queueMicrotask(() => listen?.({ cmd: "loaded" })),
    ref() {},
    unref() {},
    terminate() {},
  };
}
