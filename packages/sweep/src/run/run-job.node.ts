import { InputError, isObject, LOCK, parseJson, type LongWork } from "@kwta/core";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { jobWords } from "../jobs/command-line.node.ts";
import { neededJobs, type Job } from "../jobs/job.ts";
import type { JobResult } from "../results/job-result.ts";
import type { JobStore } from "../store/job-store.ts";
import { resultOfOutput } from "../results/result-of-output.node.ts";
import { readProgress } from "./job-progress.ts";
import { keepOften } from "./keep-often.node.ts";

/** What jobs are run by. */
export interface JobProgram {
  /** What starts kwta, before the words of its command line: `[process.execPath, "bin/kwta.mjs"]`. */
  readonly program: readonly [string, ...string[]];
  /** Threads of each job's backend. @defaultValue what the backend takes */
  readonly threads?: number | undefined;
  /** Whether data sets and networks that are missing are downloaded. @defaultValue false */
  readonly download?: boolean | undefined;
}

/** @see {@link runJob} */
export interface RunJobOptions extends LongWork, JobProgram {
  readonly store: JobStore;
  /**
   * Milliseconds after which what a job has done is kept in a store elsewhere.
   *
   * @defaultValue 30,000
   */
  readonly keepEvery?: number | undefined;
}

/**
 * What has become of a job here.
 *
 * - `failed`: it ended without a result, and might again;
 * - `busy`: another process is at it in the same folder;
 * - `hindered`: the store cannot be written, which is no fault of the job;
 * - `stopped`: on request, or because whoever asked is gone; what it did is kept.
 */
export type JobOutcome =
  | { readonly state: "done"; readonly result: JobResult }
  | { readonly state: "failed" | "hindered"; readonly reason: string }
  | { readonly state: "busy" | "stopped" };

/**
 * Runs a job in a process of its own, and keeps its result. What has a result is not run again; what was begun goes on.
 *
 * @param options the signal lets the process save what it has done and end
 */
export async function runJob(job: Job, options: RunJobOptions): Promise<JobOutcome> {
  const { store, signal } = options;
  const folder = store.folderOf(job.id);
  try {
    const kept = await store.readResult(job.id);
    if (kept !== undefined) return { state: "done", result: kept };
    if (signal?.aborted === true) return { state: "stopped" };
    await store.check();
  } catch (error) {
    return { state: "hindered", reason: (error as Error).message };
  }
  let pid: number | undefined;
  try {
    for (const needed of neededJobs(job)) await store.bring(needed, { wait: true });
    await store.bring(job.id, { wait: false });
    checkModel(job, store);
    const started = performance.now();
    const ended = await runKept(job, options);
    pid = ended.pid;
    await store.keep(job.id);
    if (ended.code !== 0) throw new InputError(reasonOf(ended.code, ended.said));
    const seconds = (performance.now() - started) / 1000;
    const result = await resultOfOutput(job, ended.output, { folder, seconds });
    await store.keepResult(result);
    return { state: "done", result };
  } catch (error) {
    return whyNot((error as Error).message, { store, signal, folder, pid });
  }
}

const KEEP_EVERY = 30_000;

/** @throws InputError when the network that a job evaluates is gone */
function checkModel({ model }: Job, store: JobStore): void {
  if (model === undefined || !("trained" in model)) return;
  if (existsSync(join(store.folderOf(model.trained), "model", "model.json"))) return;
  throw new InputError(
    `The network of the training ${model.trained} is not in the store. Remove results/${model.trained}.json there to train it again.`,
  );
}

interface Ended {
  readonly store: JobStore;
  readonly signal: AbortSignal | undefined;
  readonly folder: string;
  readonly pid: number | undefined;
}

async function whyNot(reason: string, { store, signal, folder, pid }: Ended): Promise<JobOutcome> {
  if (signal?.aborted === true) return { state: "stopped" };
  if (await isHeldByOther(join(folder, LOCK), pid)) return { state: "busy" };
  try {
    await store.check();
    return { state: "failed", reason };
  } catch (error) {
    return { state: "hindered", reason: (error as Error).message };
  }
}

/** A process that was killed leaves its own lock, which the next one takes over. */
async function isHeldByOther(lock: string, pid: number | undefined): Promise<boolean> {
  try {
    const holder = parseJson(await readFile(lock, "utf8"), lock);
    return isObject(holder) && !(holder["pid"] === pid && holder["host"] === hostname());
  } catch {
    return false;
  }
}

interface ProcessEnd {
  /** The exit code, or the signal that killed it. */
  readonly code: number | string;
  /** Standard output. */
  readonly output: string;
  /** The end of what it said on standard error. */
  readonly said: string;
  readonly pid: number | undefined;
}

/** A process, of which every so often is kept what it has done. */
async function runKept(job: Job, options: RunJobOptions): Promise<ProcessEnd> {
  const keeping = keepOften(options.store, job.id, options.keepEvery ?? KEEP_EVERY);
  try {
    return await runProcess(job, options);
  } finally {
    await keeping.end();
  }
}

async function runProcess(
  job: Job,
  { store, program, threads, download, signal, onProgress }: RunJobOptions,
): Promise<ProcessEnd> {
  const isBegun = existsSync(join(store.folderOf(job.id), "run.json"));
  const words = jobWords(job, { folderOf: store.folderOf, isBegun, download });
  const log = await open(store.logOf(job.id), "a+");
  try {
    const { size } = await log.stat();
    await log.write(`--- ${new Date().toISOString()} kwta ${words.join(" ")}\n`);
    const [command, ...before] = program;
    // A process that outlives its parent must be able to speak: its log is a file. And a Ctrl-C at the terminal is for the parent
    // alone, which tells its jobs to end.
    const child = spawn(command, [...before, ...words], {
      stdio: ["ignore", "pipe", log.fd, "ipc"],
      detached: true,
      env: environment(threads),
    });
    child.on("message", (message) => {
      const progress = readProgress(message);
      if (progress !== undefined) onProgress?.(progress);
    });
    let output = "";
    child.stdout!.on("data", (data: Buffer) => {
      output += data.toString();
      if (output.length > MOST_OUTPUT) child.kill("SIGKILL");
    });
    const stop = (): void => {
      if (child.connected) child.disconnect();
    };
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted === true) stop();
    const code = await new Promise<number | string>((resolve) => {
      child.on("error", ({ message }) => resolve(message));
      child.on("close", (exit, killed) => resolve(killed ?? exit ?? -1));
      // There is no "close" after a disconnect; nobody reads the output then.
      child.on("exit", (exit, killed) => {
        if (signal?.aborted === true) resolve(killed ?? exit ?? -1);
      });
    });
    signal?.removeEventListener("abort", stop);
    return { code, output, said: await tailOf(log, size), pid: child.pid };
  } finally {
    await log.close();
  }
}

/** Characters of standard output: an evaluation with pictures has some ten million. */
const MOST_OUTPUT = 2 ** 28;

/** Without the address of the queue, which may hold a password, and the key of the store; `KWTA_JOB` says that the channel is for progress. */
function environment(threads: number | undefined): NodeJS.ProcessEnv {
  const { KWTA_QUEUE: _, AWS_SECRET_ACCESS_KEY: __, ...others } = process.env;
  return { ...others, KWTA_JOB: "1", ...(threads !== undefined && { KWTA_THREADS: String(threads) }) };
}

/** The last 4,000 bytes of a log, from a place on. */
async function tailOf(log: FileHandle, from: number): Promise<string> {
  const { size } = await log.stat();
  const start = Math.max(from, size - 4000);
  const { buffer } = await log.read(Buffer.alloc(size - start), 0, size - start, start);
  return buffer.toString();
}

/** The last sentence that a process said; of a fault of kwta, its error. */
function reasonOf(code: number | string, said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("--- "));
  const error = lines.find((line) => /^\w*Error\b/.test(line));
  const ended = typeof code === "number" ? `exit code ${code}` : `it was ended by ${code}`;
  const last = error ?? lines.at(-1);
  return last === undefined ? ended : `${last.trim().slice(0, 400)} (${ended})`;
}
