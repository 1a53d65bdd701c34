import type { JobResult } from "../results/job-result.ts";

/** Where jobs work and leave their results: one place, which all machines of a sweep share. */
export interface JobStore {
  /** The same for all who share it. */
  readonly id: string;
  /** For people: the path of a folder, or `s3://BUCKET/PREFIX`. */
  readonly name: string;
  /** Milliseconds between two looks at what is finished that cost little. */
  readonly interval: number;
  /** Where a job works on this machine: its run, or its evaluations. */
  folderOf(job: string): string;
  /** The file on this machine with what a job says on standard error, all tries one after the other. */
  logOf(job: string): string;
  /**
   * Brings a job's folder to this machine as it was last kept, unless this machine was the last to keep it. What does not come
   * whole is left where it is: the job begins with what is here.
   *
   * @param options `wait`: whether to wait where another process is at work in the folder; it is an error else
   * @throws InputError when the store cannot be read, or the folder is in use
   */
  bring(job: string, options: { readonly wait: boolean }): Promise<void>;
  /** Brings a job's log to this machine, where it was kept by another. */
  bringLog(job: string): Promise<void>;
  /**
   * Keeps a job's folder and log as they are now, for other machines. Of a folder in which a process is at work only a state is
   * kept that was there at one moment.
   *
   * @throws InputError when the store cannot be written
   */
  keep(job: string): Promise<void>;
  /** Undefined where there is none yet, and where it is damaged: the job is run again. */
  readResult(job: string): Promise<JobResult | undefined>;
  /** The first result of a job stays. */
  keepResult(result: JobResult): Promise<void>;
  /** The ids of the jobs that have a result. */
  finished(): Promise<ReadonlySet<string>>;
  /** @throws InputError where nothing can be written, such as on a full disk */
  check(): Promise<void>;
}
