import { AbortedError, InputError, withFolder, writeFileAtomic, writeJson } from "@kwta/core";
import { setMaxListeners } from "node:events";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { SweepDefinition } from "../definition/sweep-definition.ts";
import { neededJobs, type Job } from "../jobs/job.ts";
import { planSweep } from "../jobs/plan-sweep.node.ts";
import type { JobResult } from "../results/job-result.ts";
import type { JobStore } from "../store/job-store.ts";
import { resultRow, RESULTS_FILE } from "../results/result-row.ts";
import { STATUS_FILE, SWEEP_FILE, type SweepFile } from "../status/sweep-files.node.ts";
import { StatusBoard, type SweepStatus } from "../status/sweep-status.ts";
import { JobFailedError, type JobRunner } from "./job-runner.ts";

/** @see {@link runSweep} */
export interface RunSweepOptions {
  readonly store: JobStore;
  readonly runner: JobRunner;
  readonly signal?: AbortSignal | undefined;
  /** Told how it stands, about once a second, and at the end; awaited. */
  readonly onStatus?: ((status: SweepStatus) => unknown) | undefined;
  readonly onResult?: ((job: Job, result: JobResult) => void) | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
}

/**
 * Runs the jobs of a sweep that have no result yet, each after those that it needs, and writes `results.jsonl`: a line for each job,
 * as they come, and in the order of the sweep at the end. A job that fails does not stop the others. Called again, it goes on.
 *
 * @param folder of the sweep: its definition, its table, how it stands
 * @returns how it stands at the end: jobs may have failed
 * @throws InputError when another process runs the sweep, or the folder cannot be written
 * @throws AbortedError when the signal stopped it
 */
export async function runSweep(
  folder: string,
  definition: SweepDefinition,
  options: RunSweepOptions,
): Promise<SweepStatus> {
  const jobs = await planSweep(definition);
  const run = (signal: AbortSignal): Promise<SweepStatus> => {
    // One for each job that is run at the same time.
    setMaxListeners(0, signal);
    return new Run(folder, jobs, { ...options, signal }).all(definition);
  };
  return withFolder(folder, run, { signal: options.signal });
}

/** Milliseconds between two notes of how it stands. */
const INTERVAL = 1000;

class Run {
  readonly #folder: string;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #options: RunSweepOptions;
  readonly #board: StatusBoard;
  readonly #results = new Map<string, JobResult>();
  /** Of each job that is not begun: how many of those that it needs are missing. */
  readonly #missing = new Map<string, number>();
  readonly #dependents = new Map<string, string[]>();
  readonly #running = new Set<Promise<void>>();
  /** Lines of `results.jsonl`, and notes, are written one after the other. */
  #written: Promise<unknown> = Promise.resolve();
  #isHindered = false;
  #fault: unknown;

  constructor(folder: string, jobs: readonly Job[], options: RunSweepOptions) {
    this.#folder = folder;
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
    this.#options = options;
    this.#board = new StatusBoard(jobs, options.runner.count);
  }

  async all(definition: SweepDefinition): Promise<SweepStatus> {
    const { store, signal } = this.#options;
    const file: SweepFile = {
      schema: "kwta-sweep-plan@1",
      store: store.name,
      definition,
      jobs: [...this.#jobs.values()],
    };
    await writeJson(join(this.#folder, SWEEP_FILE), file);
    await this.#readFinished();
    await this.#writeTable();
    const timer = setInterval(() => this.#later(() => this.#tell()), INTERVAL);
    try {
      this.#beginAll();
      while (this.#running.size > 0) await Promise.race(this.#running);
    } finally {
      clearInterval(timer);
      await this.#written;
    }
    if (this.#fault !== undefined) throw this.#fault;
    await this.#writeTable();
    const isStopped = signal?.aborted === true;
    this.#board.end(isStopped);
    const status = await this.#tell();
    if (isStopped) throw new AbortedError();
    return status;
  }

  async #readFinished(): Promise<void> {
    const finished = await this.#options.store.finished();
    for (const id of this.#jobs.keys()) {
      const result = finished.has(id) ? await this.#options.store.readResult(id) : undefined;
      if (result === undefined) continue;
      this.#results.set(id, result);
      this.#board.done(id, result, true);
    }
  }

  #beginAll(): void {
    for (const job of this.#jobs.values()) {
      if (this.#results.has(job.id)) continue;
      const missing = neededJobs(job).filter((id) => !this.#results.has(id));
      this.#missing.set(job.id, missing.length);
      for (const id of missing) this.#dependents.set(id, [...(this.#dependents.get(id) ?? []), job.id]);
    }
    for (const [id, missing] of this.#missing) if (missing === 0) this.#begin(this.#jobs.get(id)!);
  }

  #begin(job: Job): void {
    const work = this.#run(job).catch((error: unknown) => {
      if (!(error instanceof AbortedError)) this.#fault ??= error;
    });
    this.#running.add(work);
    void work.then(() => this.#running.delete(work));
  }

  async #run(job: Job): Promise<void> {
    const { runner, signal, onNote, onResult } = this.#options;
    if (signal?.aborted === true) return;
    try {
      const result = await runner.run(job, {
        signal,
        onProgress: (progress) => this.#board.progress(job.id, progress),
        onNote,
      });
      this.#results.set(job.id, result);
      this.#board.done(job.id, result);
      const line = `${JSON.stringify(resultRow(job, result, this.#jobs))}\n`;
      this.#later(() => appendFile(join(this.#folder, RESULTS_FILE), line));
      onResult?.(job, result);
      for (const id of this.#dependents.get(job.id) ?? []) this.#release(id);
    } catch (error) {
      if (!(error instanceof JobFailedError || error instanceof InputError)) throw error;
      await this.#options.store.bringLog(job.id).catch(() => {});
      this.#fail(job, error.message);
    }
  }

  #release(id: string): void {
    const missing = this.#missing.get(id)! - 1;
    this.#missing.set(id, missing);
    if (missing === 0) this.#begin(this.#jobs.get(id)!);
  }

  #fail(job: Job, reason: string): void {
    this.#board.failed(job.id, reason, this.#options.store.logOf(job.id));
    this.#options.onNote?.(`The job ${job.id} failed: ${reason}`);
  }

  /** All results so far, in the order of the sweep. */
  async #writeTable(): Promise<void> {
    const lines = [...this.#jobs.values()].flatMap((job) => {
      const result = this.#results.get(job.id);
      return result === undefined ? [] : [`${JSON.stringify(resultRow(job, result, this.#jobs))}\n`];
    });
    await writeFileAtomic(join(this.#folder, RESULTS_FILE), lines.join(""));
  }

  async #tell(): Promise<SweepStatus> {
    const status = this.#board.status();
    await writeJson(join(this.#folder, STATUS_FILE), status);
    await this.#options.onStatus?.(status);
    return status;
  }

  /** What cannot be written now, since the disk is full, is written at the end. */
  #later(write: () => Promise<unknown>): void {
    this.#written = this.#written.then(write).catch((error: unknown) => {
      if (!this.#isHindered) this.#options.onNote?.((error as Error).message);
      this.#isHindered = true;
    });
  }
}
