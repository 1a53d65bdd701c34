/** The time that an evaluation has. */
export interface Clock {
  /** Aborted when the time is over, or when whoever asked for the evaluation stops it. */
  readonly signal: AbortSignal;
  /** Whether the time is over, and nobody has stopped the evaluation. */
  isOver(): boolean;
  close(): void;
}

/** @param budget in seconds; no end without */
export function startClock(budget: number | undefined, asked: AbortSignal | undefined): Clock {
  const stop = new AbortController();
  let isSpent = false;
  const spend = (): void => {
    isSpent = true;
    stop.abort();
  };
  const pass = (): void => stop.abort();
  if (asked?.aborted === true) pass();
  asked?.addEventListener("abort", pass, { once: true });
  // Less than timers can wait for.
  if (budget !== undefined && budget < 0.001) spend();
  // Timers take no more than 2^31 milliseconds.
  const timer = budget === undefined ? undefined : setTimeout(spend, Math.min(budget * 1000, 2 ** 31 - 1));
  return {
    signal: stop.signal,
    isOver: () => isSpent && asked?.aborted !== true,
    close() {
      clearTimeout(timer);
      asked?.removeEventListener("abort", pass);
    },
  };
}
