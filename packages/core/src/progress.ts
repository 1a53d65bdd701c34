import { AbortedError } from "./errors.ts";

/** How far a piece of long work has come. */
export interface Progress {
  /** What is being done, for people: `"train relu"`. */
  readonly task: string;
  readonly done: number;
  readonly total: number;
  /** What `done` counts: `"image"`, `"step"`. */
  readonly unit: string;
  /** Figures worth seeing while one waits: `{ loss: 0.31, accuracy: 0.91 }`. */
  readonly figures?: Readonly<Record<string, number>>;
  /** Seconds until the whole of the work is done, this task and those after it, where that can be told. */
  readonly secondsLeft?: number;
}

/** The two options that every long piece of work takes. */
export interface LongWork {
  /** Stops the work with an `AbortedError` before its next call of the backend. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** @throws AbortedError when the signal has been aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError();
}

/**
 * Lets timers, input and signals be served when the last time was more than 20 ms ago, then checks the signal. Backends
 * that compute synchronously would else never see a Ctrl-C.
 */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  const now = performance.now();
  if (now - lastBreath > 20) {
    await nextTurn();
    lastBreath = performance.now();
  }
  throwIfAborted(signal);
}

let lastBreath = 0;

/** The next turn of the event loop. A timer would wait for a millisecond, and in a page for four. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate: soon } = globalThis as { setImmediate?: (f: () => void) => void };
    if (soon !== undefined) return soon(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      "message",
      () => {
        port1.close();
        resolve();
      },
      { once: true },
    );
    port1.start();
    port2.postMessage(undefined);
  });
}
