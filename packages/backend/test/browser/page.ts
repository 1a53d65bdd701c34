import { runHere } from "./run-here.ts";
import type { Outcome, RunOptions } from "./run-here.ts";

let worker: Worker | undefined;

/** What the test calls in the page. */
const page = {
  here: runHere,
  /** The same in a worker of the page. */
  inWorker(options: RunOptions): Promise<Outcome> {
    worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
    return new Promise((resolve, reject) => {
      worker!.addEventListener("message", ({ data }) => resolve(data as Outcome));
      worker!.addEventListener("error", reject);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
      worker!.postMessage(options);
    });
  },
  endWorker: () => worker?.terminate(),
};

/** @see {@link page} */
export type Page = typeof page;

Object.assign(globalThis, { page });
