import { THREAD_CODE, WORDS } from "./_thread-code.ts";

/** A thread that runs the code it was started with. */
export interface Thread {
  postMessage(message: unknown): void;
  /** Says whom to tell of each message, and of the error that ends it. */
  listen(onMessage: () => void, onError: (error: Error) => void): void;
  terminate(): void;
}

/** Starts a thread with JavaScript, before which `port` and `listen` have to be defined. */
export type StartThread = (code: string) => Thread;

/** A function of a wasm module that does one chunk of some work: `(parameters, chunk, scratch)`. */
export type ChunkFunction = (parameters: number, chunk: number, scratch: number) => void;

/** Some work in chunks. */
export interface Work {
  /** Which function, in the order in which they were loaded. */
  readonly index: number;
  /** The same function, for this thread. */
  readonly run: ChunkFunction;
  readonly chunks: number;
  /** Address of the parameters. */
  readonly parameters: number;
  /** Address of scratch memory, and how many bytes of it each thread has. */
  readonly scratch: number;
  readonly scratchSize: number;
}

/** Bytes of shared memory that {@link Threads} need. */
export const CONTROL_BYTES: number = 4 * WORDS.size;

/** How long a thread may take until it is ready or has done a chunk, in ms. */
const PATIENCE = 60_000;
/** How often this thread looks whether the others are done before it goes to sleep. */
const SPINS = 2000;

/** Threads that share out the chunks of one piece of work at a time among themselves and the one that asks. */
export class Threads {
  readonly #threads: readonly Thread[];
  readonly #words: Int32Array;
  readonly #memory: WebAssembly.Memory;
  readonly #control: number;
  readonly #canSleep: boolean = canSleep();
  #answered: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;
  #failure: Error | undefined;
  #introduced = false;

  /**
   * @param control address of {@link CONTROL_BYTES} bytes of the memory, which is shared
   * @param count how many threads to start
   */
  constructor(memory: WebAssembly.Memory, control: number, count: number, start: StartThread) {
    this.#memory = memory;
    this.#control = control;
    this.#words = new Int32Array(memory.buffer, control, WORDS.size).fill(0);
    this.#threads = Array.from({ length: count }, () => start(THREAD_CODE));
    for (const thread of this.#threads) {
      thread.listen(
        () => this.#answered?.(),
        (error) => {
          this.#failure = error;
          this.#failed?.(error);
        },
      );
    }
  }

  /**
   * Loads functions into all threads.
   *
   * @throws Error when a thread cannot be started
   */
  async load(module: WebAssembly.Module, names: readonly string[]): Promise<void> {
    Atomics.store(this.#words, WORDS.paused, 1);
    this.#wake();
    const ready = this.#answers();
    this.#threads.forEach((thread, i) => {
      const introduction = { memory: this.#memory, control: this.#control, index: i + 1 };
      thread.postMessage({ module, names, ...(this.#introduced ? {} : introduction) });
    });
    await ready;
    this.#introduced = true;
    Atomics.store(this.#words, WORDS.paused, 0);
    for (const thread of this.#threads) thread.postMessage({});
  }

  /**
   * Does some work on all threads, this one included.
   *
   * @throws Error when a thread fails
   */
  run({ index, run, chunks, parameters, scratch, scratchSize }: Work): void {
    if (this.#failure) throw stopped(this.#failure.message);
    const words = this.#words;
    words[WORDS.count] = chunks;
    words[WORDS.function] = index;
    words[WORDS.parameters] = parameters;
    words[WORDS.scratch] = scratch;
    words[WORDS.scratchSize] = scratchSize;
    Atomics.store(words, WORDS.done, 0);
    // From here on the threads take chunks.
    Atomics.store(words, WORDS.left, chunks);
    this.#wake();
    for (;;) {
      const left = Atomics.sub(words, WORDS.left, 1);
      if (left <= 0) break;
      run(parameters, chunks - left, scratch);
      Atomics.add(words, WORDS.done, 1);
    }
    this.#waitFor(chunks);
    if (Atomics.exchange(words, WORDS.failed, 0)) throw stopped("a kernel failed");
  }

  /** Ends the threads. */
  terminate(): void {
    for (const thread of this.#threads) thread.terminate();
  }

  #wake(): void {
    Atomics.add(this.#words, WORDS.sequence, 1);
    Atomics.notify(this.#words, WORDS.sequence);
  }

  #waitFor(chunks: number): void {
    const words = this.#words;
    for (let i = 0; i < SPINS; i++) if (Atomics.load(words, WORDS.done) === chunks) return;
    for (let since = performance.now(), before = -1; ;) {
      const done = Atomics.load(words, WORDS.done);
      if (done === chunks) return;
      if (done !== before) since = performance.now();
      else if (performance.now() - since > PATIENCE) throw stopped("one of them does not answer");
      before = done;
      if (this.#canSleep) Atomics.wait(words, WORDS.done, done, 1000);
    }
  }

  /** Resolves when all threads have answered. */
  #answers(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("a thread did not answer")), PATIENCE);
      let missing = this.#threads.length;
      this.#answered = () => {
        missing -= 1;
        if (missing > 0) return;
        clearTimeout(timer);
        this.#failed = undefined;
        resolve();
      };
      this.#failed = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      if (this.#failure) this.#failed(this.#failure);
    });
  }
}

function stopped(why: string): Error {
  return new Error(
    `The threads of the wasm engine stopped (${why}). Start it again; what was saved before can be resumed, ` +
      "also on one thread or on another backend.",
  );
}

/** The main thread of a page may not sleep. */
function canSleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
