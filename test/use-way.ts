import { afterAll, beforeAll, beforeEach } from "vitest";

/** A way to compute: a backend, with or without kernels of ours. */
export interface Way {
  /** Sets it up, and returns how to undo that. */
  readonly start: () => Promise<() => void>;
  /** Why it cannot be had here. */
  readonly missing?: string | undefined;
}

/** Sets a way up for the tests of a `describe`, which skip where it is missing. */
export function useWay({ start, missing }: Way): void {
  let stop = (): void => {};
  beforeAll(async () => {
    stop = await start();
  });
  afterAll(() => stop());
  beforeEach(({ skip }) => {
    if (missing !== undefined) skip(missing);
  });
}
