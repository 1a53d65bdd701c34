import type { Job } from "../jobs/job.ts";
import { neededJobs } from "../jobs/job.ts";
import { jobText } from "../jobs/job-text.ts";
import type { JobResult } from "../results/job-result.ts";
import type { JobProgress } from "../run/job-runner.ts";

/** A job that is being run. */
export interface RunningJob {
  readonly id: string;
  readonly job: string;
  readonly progress: JobProgress;
}

/** A job that failed for good. */
export interface FailedJob {
  readonly id: string;
  readonly job: string;
  readonly reason: string;
  /** The file with all that it said. */
  readonly log: string;
}

/** How a sweep stands: what `status.json` holds. */
export interface SweepStatus {
  readonly schema: "kwta-sweep-status@1";
  readonly updatedAt: string;
  readonly state: "running" | "stopped" | "finished";
  readonly total: number;
  readonly done: number;
  /** Of those that are done: what had a result before. */
  readonly kept: number;
  readonly waiting: number;
  /** Those that need one that failed. */
  readonly blocked: number;
  readonly running: readonly RunningJob[];
  readonly failed: readonly FailedJob[];
  /** Seconds that all jobs took together, and those that are left will take, as far as it can be told from those that are done. */
  readonly seconds: number;
  readonly secondsLeft?: number;
}

/** Keeps count of the jobs of a sweep. */
export class StatusBoard {
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #count: number;
  readonly #running = new Map<string, JobProgress>();
  readonly #failed = new Map<string, FailedJob>();
  readonly #done = new Set<string>();
  /** By command: seconds and how many jobs. */
  readonly #took = new Map<string, { seconds: number; jobs: number }>();
  readonly #left = new Map<string, number>();
  #seconds = 0;
  #kept = 0;
  #state: SweepStatus["state"] = "running";

  /** @param count how many jobs run at once */
  constructor(jobs: readonly Job[], count: number) {
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
    this.#count = count;
    for (const { command } of jobs) this.#left.set(command, (this.#left.get(command) ?? 0) + 1);
  }

  progress(id: string, progress: JobProgress): void {
    if (!this.#done.has(id)) this.#running.set(id, progress);
  }

  /** @param isKept whether it was done before */
  done(id: string, { command, seconds }: JobResult, isKept = false): void {
    this.#running.delete(id);
    this.#failed.delete(id);
    this.#done.add(id);
    this.#left.set(command, this.#left.get(command)! - 1);
    const { seconds: before, jobs } = this.#took.get(command) ?? { seconds: 0, jobs: 0 };
    this.#took.set(command, { seconds: before + seconds, jobs: jobs + 1 });
    this.#seconds += seconds;
    if (isKept) this.#kept += 1;
  }

  failed(id: string, reason: string, log: string): void {
    this.#running.delete(id);
    this.#failed.set(id, { id, job: this.#text(id), reason, log });
  }

  end(isStopped: boolean): void {
    this.#state = isStopped ? "stopped" : "finished";
    this.#running.clear();
  }

  status(): SweepStatus {
    const blocked = this.#blocked();
    const secondsLeft = this.#secondsLeft();
    const [total, done] = [this.#jobs.size, this.#done.size];
    return {
      schema: "kwta-sweep-status@1",
      updatedAt: new Date().toISOString(),
      state: this.#state,
      total,
      done,
      kept: this.#kept,
      waiting: total - done - this.#running.size - this.#failed.size - blocked,
      blocked,
      running: [...this.#running].map(([id, progress]) => ({ id, job: this.#text(id), progress })),
      failed: [...this.#failed.values()],
      seconds: Number(this.#seconds.toFixed(1)),
      ...(secondsLeft !== undefined && { secondsLeft: Math.round(secondsLeft) }),
    };
  }

  #text(id: string): string {
    return jobText(this.#jobs.get(id)!, this.#jobs);
  }

  /** A job stands after those that it needs. */
  #blocked(): number {
    if (this.#failed.size === 0) return 0;
    const blocked = new Set<string>(this.#failed.keys());
    for (const job of this.#jobs.values()) {
      if (!this.#done.has(job.id) && neededJobs(job).some((id) => blocked.has(id))) blocked.add(job.id);
    }
    return blocked.size - this.#failed.size;
  }

  /** Nothing as long as a command that is still to come was never timed. */
  #secondsLeft(): number | undefined {
    let sum = 0;
    for (const [command, left] of this.#left) {
      const took = this.#took.get(command);
      if (left > 0 && took === undefined) return undefined;
      if (left > 0) sum += (left * took!.seconds) / took!.jobs;
    }
    return this.#state === "running" ? sum / Math.max(1, this.#count) : undefined;
  }
}
