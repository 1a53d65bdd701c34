import type { LongWork, Progress } from "@kwta/core";
import type { Job } from "../jobs/job.ts";
import type { JobResult } from "../results/job-result.ts";

/** How far a job has come, and where it is being done. */
export interface JobProgress extends Progress {
  /** The machine, for people. @defaultValue this one */
  readonly machine?: string;
}

/** How a job is stopped and followed. */
export interface JobWork extends Pick<LongWork, "signal"> {
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
  /** Told of what was not the end of it: a try that failed, a store that is full. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** Runs jobs: in processes of this machine, or by a queue on others. */
export interface JobRunner {
  /** How many jobs at once, as far as that is known. */
  readonly count: number;
  /**
   * @throws JobFailedError when the job failed for good, AbortedError when the signal stopped it
   */
  run(job: Job, work: JobWork): Promise<JobResult>;
}

/** A job that failed each time that it was tried. */
export class JobFailedError extends Error {
  override readonly name = "JobFailedError";
}
