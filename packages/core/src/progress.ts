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
  /** Stops the work with an {@link AbortedError} before its next call of the backend. */
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
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    lastBreath = performance.now();
  }
  throwIfAborted(signal);
}

let lastBreath = 0;
