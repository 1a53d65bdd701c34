import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

/** A wasm file of TensorFlow.js: for memory of one thread, or for shared memory. */
export type WasmFile = "tfjs-backend-wasm-simd.wasm" | "tfjs-backend-wasm-threaded-simd.wasm";

/** The wasm module of the backend, as its class takes it, and its memory. */
export interface LoadedWasm {
  readonly module: BackendWasm["wasm"];
  readonly memory: WebAssembly.Memory;
}

/**
 * Loads the wasm module of TensorFlow.js, with shared memory if wanted, so that threads of ours can compute in it. The
 * module's own threads are not used: it would need some for itself, which wait by spinning and stand in the way of ours.
 *
 * TensorFlow.js loads the one with shared memory only in browsers, by ways that Node lacks (tfjs issue 3830), and says
 * nothing of what went wrong.
 *
 * @param read gives the content of a file
 */
export async function loadWasm(
  shared: boolean,
  read: (file: WasmFile) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<LoadedWasm> {
  const factory = await loadScript(shared);
  const file = shared ? "tfjs-backend-wasm-threaded-simd.wasm" : "tfjs-backend-wasm-simd.wasm";
  const compiled = await WebAssembly.compile(await read(file));
  let memory: unknown;
  const module = await new Promise<EmscriptenModule>((resolve, reject) => {
    const settings: EmscriptenSettings = {
      printErr() {},
      instantiateWasm(imports, done) {
        const env = imports["env"]!;
        env["emscripten_num_logical_cores"] = () => 1;
        WebAssembly.instantiate(compiled, imports)
          .then((instance) => {
            memory = env["memory"] ?? instance.exports["memory"];
            done(instance, compiled);
          })
          .catch(reject);
        return {};
      },
    };
    withSpareWorkers(() => factory(settings)).then(resolve, reject);
  });
  return {
    module: Object.assign(module, { tfjs: functionsOf(module) }) as unknown as BackendWasm["wasm"],
    memory: memory as WebAssembly.Memory,
  };
}

/** The script that belongs to a module. The package uses these, but does not export them. */
async function loadScript(shared: boolean): Promise<EmscriptenFactory> {
  const script: unknown = shared
    ? await import("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js")
    : await import("@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js");
  return (script as { default: EmscriptenFactory }).default;
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
  // A function that returns an object serves as a class; in Node the script first assigns Node's own, which must have no effect.
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
  onmessage?: (event: { readonly data: object }) => void;
  on(): void;
  postMessage(): void;
  ref(): void;
  unref(): void;
  terminate(): void;
}

function spareWorker(): SpareWorker {
  const worker: SpareWorker = {
    on() {},
    postMessage: () => queueMicrotask(() => worker.onmessage?.({ data: { cmd: "loaded" } })),
    ref() {},
    unref() {},
    terminate() {},
  };
  return worker;
}
