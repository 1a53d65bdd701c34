import { InputError } from "@kwta/core";
import { THREAD_CODE, WORDS } from "./thread-code.ts";

/** A thread that runs the code it was started with. */
export interface Thread {
  postMessage(message: unknown): void;
  /** Says whom to tell of each message, and of what ended the thread: an error, or that it stopped by itself. */
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

/** How long the threads may take until they are ready, or until one of them has done a chunk, in ms. */
const PATIENCE = 60_000;
/** How long to sleep at most before looking again, in ms. */
const NAP = 1000;
/** How often this thread looks whether the others are done before it goes to sleep. */
const SPINS = 2000;

/** Threads that share out the chunks of one piece of work at a time among themselves and the one that asks. */
export class Threads {
  readonly #threads: readonly Thread[];
  readonly #words: Int32Array;
  readonly #memory: WebAssembly.Memory;
  readonly #control: number;
  readonly #patience: number;
  readonly #canSleep: boolean = canSleep();
  #answered: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;
  #failure: Error | undefined;
  #introduced = false;

  /**
   * @param control address of {@link CONTROL_BYTES} bytes of the memory, which is shared
   * @param count how many threads to start
   * @param patience how long they may show no sign of life while they have something to do, in ms
   */
  constructor(
    memory: WebAssembly.Memory,
    control: number,
    count: number,
    start: StartThread,
    patience: number = PATIENCE,
  ) {
    this.#memory = memory;
    this.#patience = patience;
    this.#control = control;
    this.#words = new Int32Array(memory.buffer, control, WORDS.size).fill(0);
    this.#threads = Array.from({ length: count }, () => start(THREAD_CODE));
    for (const thread of this.#threads) {
      thread.listen(
        () => this.#answered?.(),
        (error) => {
          this.#failure ??= error;
          this.#failed?.(error);
        },
      );
    }
  }

  /** Whether they cannot be used any more: one of them ended, or did not answer and may still write to the memory. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Loads functions into all threads. What is run before they are ready is done by this thread. To be called again only
   * when that has ended.
   *
   * @throws Error when a thread cannot be started
   */
  async load(module: WebAssembly.Module, names: readonly string[]): Promise<void> {
    Atomics.store(this.#words, WORDS.paused, 1);
    this.#wake();
    const ready = this.#answers();
    this.#threads.forEach((thread, i) => {
      const introduction = { memory: this.#memory, control: this.#control, index: i + 1 };
      post(thread, { module, names, ...(this.#introduced ? {} : introduction) });
    });
    await ready;
    this.#introduced = true;
    Atomics.store(this.#words, WORDS.paused, 0);
    this.#threads.forEach((thread) => post(thread, {}));
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
      try {
        run(parameters, chunks - left, scratch);
      } catch {
        // The other threads must not be left alone with the rest: the next work would meet them at it.
        Atomics.store(words, WORDS.failed, 1);
      }
      Atomics.add(words, WORDS.done, 1);
    }
    this.#waitFor(chunks);
    if (Atomics.exchange(words, WORDS.failed, 0)) throw stopped("a kernel failed");
  }

  /** Ends the threads. */
  terminate(): void {
    // One that looks for messages ends at once; to one that sleeps a browser gives two seconds.
    Atomics.store(this.#words, WORDS.paused, 1);
    this.#wake();
    for (const thread of this.#threads) thread.terminate();
  }

  #wake(): void {
    Atomics.add(this.#words, WORDS.sequence, 1);
    Atomics.notify(this.#words, WORDS.sequence);
  }

  #waitFor(chunks: number): void {
    const words = this.#words;
    for (let i = 0; i < SPINS; i++) if (Atomics.load(words, WORDS.done) === chunks) return;
    // A machine that was suspended, or a process that was stopped, has not waited: a nap counts as one nap however long it was.
    for (let waited = 0, last = performance.now(), before = -1; ;) {
      const done = Atomics.load(words, WORDS.done);
      if (done === chunks) return;
      const now = performance.now();
      waited = done === before ? waited + Math.min(now - last, NAP) : 0;
      last = now;
      before = done;
      if (waited > this.#patience) {
        this.#failure = new Error("one of them does not answer");
        throw stopped(this.#failure.message);
      }
      if (this.#canSleep) Atomics.wait(words, WORDS.done, done, NAP);
    }
  }

  /** Resolves when all threads have answered. */
  #answers(): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        clearTimeout(timer);
        this.#answered = undefined;
        this.#failed = undefined;
        if (error) reject((this.#failure ??= error));
        else resolve();
      };
      const timer = setTimeout(() => end(new Error("a thread did not answer")), this.#patience);
      let missing = this.#threads.length;
      this.#answered = () => {
        missing -= 1;
        if (missing === 0) end();
      };
      this.#failed = end;
      if (this.#failure) end(this.#failure);
    });
  }
}

function post(thread: Thread, message: object): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  thread.postMessage(message);
}

function stopped(why: string): InputError {
  return new InputError(
    `The threads of the wasm backend stopped (${why}). Start it again; what was saved before can be resumed, ` +
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
