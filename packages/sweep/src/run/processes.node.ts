import { AbortedError, checkWhole } from "@kwta/core";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../jobs/job.ts";
import type { JobResult } from "../results/job-result.ts";
import { JobFailedError, type JobRunner, type JobWork } from "./job-runner.ts";
import { runJob, type RunJobOptions } from "./run-job.node.ts";

/** @see {@link processes} */
export interface ProcessesOptions extends Omit<RunJobOptions, "signal" | "onProgress"> {
  /** How many jobs at once. @defaultValue 1 */
  readonly workers?: number | undefined;
  /** How often a job is tried. @defaultValue 3 */
  readonly attempts?: number | undefined;
  /** Milliseconds before the second try; each later one waits twice as long. @defaultValue 1000 */
  readonly backoff?: number | undefined;
}

/** Milliseconds before a folder in which another process is at work, or a full store, is looked at again. */
const PATIENCE = 2000;

/**
 * Runs jobs in processes of this machine, which share its threads.
 *
 * @throws InputError for numbers that cannot be
 */
export function processes(options: ProcessesOptions): JobRunner {
  const { workers = 1, attempts = 3, backoff = 1000, ...how } = options;
  checkWhole("The number of workers", workers, 1, 1024);
  checkWhole("The number of attempts", attempts);
  const threads = how.threads ?? Math.max(1, Math.floor(availableParallelism() / workers));
  const takeSlot = slots(workers);
  const tryAll = async (job: Job, { signal, onProgress, onNote }: JobWork): Promise<JobResult> => {
    let hindrance = "";
    for (let failed = 0; ;) {
      onProgress?.({ task: "start", done: 0, total: 1, unit: "job" });
      const outcome = await runJob(job, { ...how, threads, signal, onProgress });
      if (outcome.state === "done") return outcome.result;
      if (outcome.state === "stopped") throw new AbortedError();
      if (outcome.state === "failed") {
        failed += 1;
        if (failed >= attempts) throw new JobFailedError(outcome.reason);
        onNote?.(`The job ${job.id} failed and is tried again: ${outcome.reason}`);
      } else if (outcome.state === "hindered" && outcome.reason !== hindrance) {
        hindrance = outcome.reason;
        onNote?.(hindrance);
      }
      const pause = outcome.state === "failed" ? backoff * 2 ** (failed - 1) : PATIENCE;
      await sleep(pause, undefined, { signal }).catch(() => {
        throw new AbortedError();
      });
    }
  };
  return {
    count: workers,
    async run(job, work) {
      const free = await takeSlot();
      try {
        return await tryAll(job, work);
      } finally {
        free();
      }
    },
  };
}

/** Lets so many in at once, in the order in which they came. */
function slots(count: number): () => Promise<() => void> {
  let left = count;
  const waiting: (() => void)[] = [];
  const free = (): void => {
    const next = waiting.shift();
    if (next === undefined) left += 1;
    else next();
  };
  return async () => {
    if (left > 0) left -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return free;
  };
}
