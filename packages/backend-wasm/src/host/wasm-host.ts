import type { WasmCode } from "@kwta/backend";
import { CONTROL_BYTES, Threads, type ChunkFunction, type StartThread } from "./threads.ts";
import { compileWasm } from "./wasm-code.ts";

/** The memory of TensorFlow.js's wasm module. */
export interface HostMemory {
  readonly memory: WebAssembly.Memory;
  /**
   * Address of so many new bytes, without a sign.
   *
   * @throws InputError when there are none left
   */
  malloc(bytes: number): number;
  free(address: number): void;
}

/** Options of {@link WasmHost}. */
export interface HostOptions {
  /** How many threads compute, this one included. More than one need `startThread` and shared memory. @defaultValue 1 */
  readonly threads?: number;
  /** @defaultValue no thread can be started */
  readonly startThread?: StartThread;
  /** Whether to use the builds with relaxed SIMD. @defaultValue false */
  readonly relaxedSimd?: boolean;
  /** Whether convolutions may use Winograd's algorithm. @defaultValue true */
  readonly winograd?: boolean;
  /** How long the threads may show no sign of life while they have something to do, in ms. @defaultValue one minute */
  readonly patience?: number;
}

interface Loaded {
  readonly functions: Readonly<Record<string, ChunkFunction>>;
  readonly names: readonly string[];
  /** The number of its first function in the threads' list; undefined when they do not have it. */
  readonly first: number | undefined;
}

const CACHE_LINE = 64;
const MOST_PARAMETERS = 64;

/**
 * Runs functions of wasm modules, on all threads, in the memory of TensorFlow.js's wasm module. Each does one chunk of some
 * work; which thread does which is a matter of chance, and the result must not depend on it.
 */
export class WasmHost {
  /** How many threads compute. */
  readonly threads: number;
  /** Whether the builds with relaxed SIMD are used. */
  readonly relaxedSimd: boolean;
  /** Whether convolutions may use Winograd's algorithm. */
  readonly winograd: boolean;
  readonly #memory: HostMemory;
  readonly #shared: boolean;
  readonly #modules = new Map<WasmCode, Loaded>();
  readonly #threads: Threads | undefined;
  readonly #parameters: number;
  readonly #floats = new Float32Array(1);
  readonly #bits = new Int32Array(this.#floats.buffer);
  #functionsInThreads = 0;
  #loading: Promise<void> = Promise.resolve();
  #scratch = 0;
  #scratchSize = 0;

  constructor(memory: HostMemory, options: HostOptions = {}) {
    const { threads = 1, startThread, relaxedSimd = false, winograd = true, patience } = options;
    this.#memory = memory;
    this.relaxedSimd = relaxedSimd;
    this.winograd = winograd;
    const { buffer } = memory.memory;
    this.#shared = typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
    this.threads = this.#shared && startThread ? threads : 1;
    const control = alignUp(this.allocate(CONTROL_BYTES + 4 * MOST_PARAMETERS + CACHE_LINE));
    this.#parameters = control + CONTROL_BYTES;
    if (this.threads > 1) this.#threads = new Threads(memory.memory, control, this.threads - 1, startThread!, patience);
  }

  /** Whether the threads cannot be used any more. */
  get failed(): boolean {
    return this.#threads?.failed ?? false;
  }

  /**
   * Loads a module into all threads. One that is run without stays on this thread.
   *
   * @throws Error when a thread cannot be started
   */
  load(code: WasmCode): Promise<void> {
    // One after the other: the threads number the functions in the order in which they get them.
    const load = this.#loading.then(() => this.#loadInThreads(code));
    this.#loading = load.catch(() => {});
    return load;
  }

  async #loadInThreads(code: WasmCode): Promise<void> {
    if (this.#modules.get(code)?.first !== undefined) return;
    const module = this.#compile(code);
    const loaded = this.#instantiate(module, this.#functionsInThreads);
    await this.#threads?.load(module, loaded.names);
    this.#functionsInThreads += loaded.names.length;
    this.#modules.set(code, loaded);
  }

  /**
   * Does some work.
   *
   * @param name a function of the module
   * @param chunks how many chunks the work has; they are numbered from 0
   * @param parameters 32-bit words that the function finds at its first argument; see {@link WasmHost.float}
   * @param scratchBytes how much memory the function may use at its last argument
   * @throws InputError when there is not so much memory
   * @throws Error when a function or a thread fails
   */
  run(code: WasmCode, name: string, chunks: number, parameters: readonly number[], scratchBytes = 0): void {
    const { functions, names, first } = this.#modules.get(code) ?? this.#loadHere(code);
    const run = functions[name]!;
    const scratch = this.#reserveScratch(scratchBytes);
    new Int32Array(this.#memory.memory.buffer, this.#parameters, parameters.length).set(parameters);
    if (this.#threads === undefined || first === undefined || chunks < 2) {
      for (let chunk = 0; chunk < chunks; chunk++) run(this.#parameters, chunk, scratch);
      return;
    }
    const index = first + names.indexOf(name);
    const scratchSize = this.#scratchSize;
    this.#threads.run({ index, run, chunks, parameters: this.#parameters, scratch, scratchSize });
  }

  /** A 32-bit float as a parameter. */
  float(value: number): number {
    this.#floats[0] = value;
    return this.#bits[0]!;
  }

  /**
   * Address of new memory, to be given to {@link WasmHost.free}.
   *
   * @throws InputError when there is none left
   */
  allocate(bytes: number): number {
    return this.#memory.malloc(bytes);
  }

  /** Gives memory back. */
  free(address: number): void {
    this.#memory.free(address);
  }

  /** Calls `use` with the address of memory that is given back afterwards. */
  borrow<T>(bytes: number, use: (address: number) => T): T {
    const address = this.allocate(bytes);
    try {
      return use(address);
    } finally {
      this.free(address);
    }
  }

  /** So many floats at an address, until the next allocation. */
  view(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.memory.buffer, address >>> 0, length);
  }

  /** Ends the threads. */
  terminate(): void {
    this.#threads?.terminate();
  }

  #loadHere(code: WasmCode): Loaded {
    const loaded = this.#instantiate(this.#compile(code), undefined);
    this.#modules.set(code, loaded);
    return loaded;
  }

  #compile(code: WasmCode): WebAssembly.Module {
    return compileWasm(code, { relaxedSimd: this.relaxedSimd, shared: this.#shared });
  }

  #instantiate(module: WebAssembly.Module, first: number | undefined): Loaded {
    const { exports } = new WebAssembly.Instance(module, { env: { memory: this.#memory.memory } });
    const functions = exports as Record<string, ChunkFunction>;
    return { functions, names: Object.keys(functions), first };
  }

  /** Address of the first thread's scratch memory. */
  #reserveScratch(bytes: number): number {
    if (bytes > this.#scratchSize) {
      if (this.#scratch) this.free(this.#scratch);
      this.#scratch = 0;
      this.#scratchSize = 0;
      const size = alignUp(bytes) + CACHE_LINE;
      this.#scratch = this.allocate(this.threads * size + CACHE_LINE);
      this.#scratchSize = size;
    }
    return alignUp(this.#scratch);
  }
}

function alignUp(address: number): number {
  return Math.ceil(address / CACHE_LINE) * CACHE_LINE;
}
