import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";

const require = createRequire(import.meta.url);
// Not exported by the package: TensorFlow.js loads it only in browsers, by ways that Node lacks (tfjs issue 3830).
const FOLDER = "@tensorflow/tfjs-backend-wasm/wasm-out/";
const NAME = "tfjs-backend-wasm-threaded-simd";

/** The wasm module of the backend, as its class takes it. */
export type WasmModule = BackendWasm["wasm"];

/** How many threads TensorFlow.js's wasm module has room for. */
export const MOST_THREADS = 8;

/**
 * Loads TensorFlow.js's wasm module that computes on several threads. In a browser its script starts its workers from
 * `Blob`s; here they get the same code as text.
 *
 * @throws Error when a thread cannot be started
 */
export async function loadThreadedWasm(threads: number): Promise<WasmModule> {
  const factory = require(`${FOLDER}${NAME}.js`) as EmscriptenFactory;
  const binary = await readFile(require.resolve(`${FOLDER}${NAME}.wasm`));
  const pool = new WorkerPool(threads - 1);
  try {
    const module = await Promise.race([pool.failure, withWorkers(pool, () => factory(settings(binary, threads)))]);
    return Object.assign(module, { tfjs: functionsOf(module) }) as unknown as WasmModule;
  } catch (error) {
    pool.terminate();
    throw error;
  } finally {
    pool.settle();
  }
}

function settings(binary: BufferSource, threads: number): EmscriptenSettings {
  return {
    mainScriptUrlOrBlob: require.resolve(`${FOLDER}${NAME}.js`),
    printErr() {},
    instantiateWasm(imports, done) {
      // It takes no more threads than half the cores that it is told of.
      imports["env"]!["emscripten_num_logical_cores"] = () => 2 * threads;
      void WebAssembly.instantiate(binary, imports).then(({ instance, module }) => done(instance, module));
      return {};
    },
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

/** Calls `make` while `new Worker(...)` asks a pool: the script takes the class from the global scope. */
function withWorkers<T>(pool: WorkerPool, make: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  // A function that returns an object serves as a class; the script first assigns Node's own, which must have no effect.
  const workerClass = function (): ScriptWorker {
    return pool.take();
  };
  Object.defineProperty(globalThis, "Worker", { configurable: true, get: () => workerClass, set() {} });
  try {
    return make();
  } finally {
    if (before) Object.defineProperty(globalThis, "Worker", before);
    else delete (globalThis as { Worker?: unknown }).Worker;
  }
}

interface Message {
  readonly cmd: string;
}

/** What the script uses of a worker. */
interface ScriptWorker {
  on(event: string, listener: (value: unknown) => void): void;
  postMessage(message: Message): void;
  ref(): void;
  unref(): void;
  terminate(): void;
}

/** How long a thread may take until it is ready. */
const PATIENCE = 20_000;

/**
 * The workers of the script, which makes eight, however many it uses, and uses the last ones first. Only those become
 * threads. None keeps the process alive.
 */
class WorkerPool {
  /** Rejects when a thread fails before all are ready: the script would wait for it without end. */
  readonly failure: Promise<never>;
  readonly #threads: Worker[] = [];
  readonly #code: string;
  #spare: number;
  #fail: ((error: Error) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(threads: number) {
    this.#spare = MOST_THREADS - threads;
    const { wasmWorkerContents } = require(`${FOLDER}${NAME}.worker.js`) as { wasmWorkerContents: string };
    // Stored with its "\n" turned into line breaks.
    this.#code = wasmWorkerContents.replaceAll("\n", String.raw`\n`);
    this.failure = new Promise((_, reject) => (this.#fail = reject));
    this.#timer = setTimeout(() => this.#fail?.(new Error("a thread did not answer")), PATIENCE);
  }

  take(): ScriptWorker {
    return this.#spare-- > 0 ? spareWorker() : this.#startThread();
  }

  /** From now on a failing thread fails the process, as the script has it. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#fail = undefined;
  }

  terminate(): void {
    for (const thread of this.#threads) void thread.terminate();
  }

  #startThread(): ScriptWorker {
    // With no flags of this process: --input-type=module would make a module of the script.
    const thread = new Worker(this.#code, { eval: true, execArgv: [] });
    this.#threads.push(thread);
    const listeners = new Map<string, (value: unknown) => void>();
    thread.on("message", (message) => listeners.get("message")?.(message));
    thread.on("error", (error: Error) => (this.#fail ?? listeners.get("error"))?.(error));
    // After the listeners: to listen for messages counts as a reason to stay alive.
    thread.unref();
    return {
      on: (event, listener) => void listeners.set(event, listener),
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      postMessage: (message) => thread.postMessage(message),
      ref() {},
      unref() {},
      terminate: () => void thread.terminate(),
    };
  }
}

/** A worker that is never used: it says that it is ready. */
function spareWorker(): ScriptWorker {
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
