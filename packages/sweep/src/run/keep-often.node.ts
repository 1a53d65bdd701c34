import type { JobStore } from "../store/job-store.ts";

/** Keeps what a job has done every so often, so that another machine goes on from there when this one dies. */
export interface Keeping {
  /** Ends when what is being kept is kept. */
  end(): Promise<void>;
}

/** @param every milliseconds from the end of one time to the beginning of the next */
export function keepOften(store: JobStore, job: string, every: number): Keeping {
  let keeping: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  let isEnded = false;
  const next = (): void => {
    if (isEnded) return;
    timer = setTimeout(() => {
      // A store that cannot be written now is tried again; at the end it is said.
      keeping = store.keep(job).then(next, next);
    }, every);
  };
  next();
  return {
    async end() {
      isEnded = true;
      clearTimeout(timer);
      await keeping;
    },
  };
}
