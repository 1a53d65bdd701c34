import { checkWhole, type Progress } from "@kwta/core";
import { checkJob, runJob, type Job, type JobOutcome, type JobProgram, type JobStore } from "@kwta/sweep";
import type { Job as QueuedJob, Worker } from "bullmq";
import { randomUUID } from "node:crypto";
import { once, setMaxListeners } from "node:events";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Connection, type ConnectOptions } from "./connect.node.ts";
import { SIGN, sayGone, sayPresent } from "./presence.node.ts";
import { PREFIX, queuesKey, readQueueName, type QueueName } from "./queue-name.ts";

/** @see {@link workOnQueue} */
export interface WorkOnQueueOptions extends ConnectOptions, JobProgram {
  /** The same as that of the sweep. */
  readonly store: JobStore;
  /** Of kwta. */
  readonly version: string;
  /** How many jobs at once. @defaultValue 1 */
  readonly slots?: number | undefined;
  /** The backends that this machine has, by name. */
  readonly backends: readonly string[];
  /** Memory for each job, in GiB. */
  readonly memory: number;
  /** Whether it has a GPU. @defaultValue false */
  readonly gpu?: boolean | undefined;
  /** Stops it: jobs save what they have done, and go back to the queue. */
  readonly signal: AbortSignal;
  /** Whether it ends when there is nothing left to do. @defaultValue false */
  readonly untilEmpty?: boolean | undefined;
  /**
   * Milliseconds after which the job of a worker without a sign of life goes to another one.
   *
   * @defaultValue 30,000
   */
  readonly lockDuration?: number | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
  /** Told of each job that was begun, and what has become of it. */
  readonly onJob?: ((job: Job, outcome: JobOutcome | undefined) => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Takes jobs that fit this machine from a queue, until the signal stops it. Each is a process of its own, so that this one can
 * always say that it is alive.
 *
 * @throws InputError as `connect` does
 */
export async function workOnQueue(address: string, options: WorkOnQueueOptions): Promise<void> {
  const { slots = 1 } = options;
  checkWhole("The number of jobs at once", slots, 1, 1024);
  const taker = new Taker(await connect(address, options), options);
  await taker.work(slots);
}

/** Milliseconds between two looks at queues without jobs, at least. */
const LEAST_PAUSE = 200;
/** As shares of the time that a lock lasts: the same at most, and between two looks at which queues there are. */
const [MOST_PAUSE, QUEUES_EVERY] = [0.1, 0.1];
/** So long a job is left alone in whose folder another process is at work, and a worker waits for room in a full store. */
const [BUSY, HINDERED] = [1 / 6, 1 / 3];
/** Milliseconds between two reports of how far a job has come. */
const REPORT_EVERY = 2000;

/** Milliseconds that a worker which is to stop waits for a server that does not answer. */
const LAST_WORDS = 3000;

/** BullMQ gives a job up that lost its worker too often; machines here may come and go. */
const MOST_STALLS = 1_000_000;

class Taker {
  readonly #connection: Connection;
  readonly #options: WorkOnQueueOptions;
  readonly #id = randomUUID();
  readonly #workers = new Map<string, Worker>();
  #fitting: readonly QueueName[] = [];
  #fittingAt = Number.NEGATIVE_INFINITY;
  #jobs = 0;
  #hindrance = "";

  constructor(connection: Connection, options: WorkOnQueueOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  async work(slots: number): Promise<void> {
    const { store } = this.#options;
    const { redis } = this.#connection;
    const say = (): void => void sayPresent(redis, store.id, this.#id, this.#presence(slots)).catch(() => {});
    say();
    // One for each job.
    setMaxListeners(0, this.#options.signal);
    const sign = setInterval(say, SIGN);
    try {
      await Promise.all(Array.from({ length: slots }, () => this.#slot()));
    } finally {
      clearInterval(sign);
      // A server that does not answer is not waited for: the job's lock runs out by itself.
      const closing = this.#close().catch(() => {});
      await Promise.race([closing, sleep(2000)]);
      this.#connection.end();
    }
  }

  async #close(): Promise<void> {
    await sayGone(this.#connection.redis, this.#options.store.id, this.#id);
    await Promise.all([...this.#workers.values()].map((worker) => worker.close(true)));
  }

  #presence(slots: number): Parameters<typeof sayPresent>[3] {
    const { version, backends, memory, gpu = false } = this.#options;
    return { host: hostname(), pid: process.pid, version, backends, memory, gpu, slots, jobs: this.#jobs };
  }

  async #slot(): Promise<void> {
    const { signal, untilEmpty = false } = this.#options;
    const token = randomUUID();
    for (let pause = LEAST_PAUSE; !signal.aborted;) {
      const taken = await this.#take(token).catch((error: unknown) => this.#note((error as Error).message));
      if (taken) {
        pause = LEAST_PAUSE;
        await this.#handle(taken, token);
        continue;
      }
      if (untilEmpty && taken === undefined && (await this.#isEmpty())) return;
      // Many that have nothing to do should not all ask at the same time.
      await this.#pause(pause * (0.5 + Math.random()));
      pause = Math.min(2 * pause, this.#share(MOST_PAUSE));
    }
  }

  #share(share: number): number {
    return share * (this.#options.lockDuration ?? 30_000);
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#options.signal }).catch(() => {});
  }

  /** The next job of the first queue that has one: those first that ask most of a machine. */
  async #take(token: string): Promise<QueuedJob | undefined> {
    for (const queue of await this.#queues()) {
      const job = await this.#workerOf(queue).getNextJob(token, { block: false });
      if (job) return job;
    }
    return undefined;
  }

  async #isEmpty(): Promise<boolean> {
    const { bullmq, redis } = this.#connection;
    for (const { name } of await this.#queues()) {
      const queue = new bullmq.Queue(name, { connection: redis, prefix: PREFIX });
      const counts = await queue.getJobCounts("waiting", "active", "delayed", "prioritized");
      await queue.close();
      if (Object.values(counts).some((count) => count > 0)) return false;
    }
    return true;
  }

  async #queues(): Promise<readonly QueueName[]> {
    if (performance.now() - this.#fittingAt < this.#share(QUEUES_EVERY)) return this.#fitting;
    const { store, version, backends, memory, gpu = false } = this.#options;
    const names = await this.#connection.redis.smembers(queuesKey(store.id));
    const own = version.replaceAll(/[^\w.]/g, "_");
    this.#fitting = names
      .flatMap((name) => readQueueName(name) ?? [])
      .filter((each) => each.store === store.id.slice(0, 8) && each.version === own)
      .filter((each) => backends.includes(each.backend) && each.memory <= memory && (gpu || !each.gpu))
      .sort((a, b) => Number(b.gpu) - Number(a.gpu) || b.memory - a.memory);
    this.#fittingAt = performance.now();
    return this.#fitting;
  }

  #workerOf({ name }: QueueName): Worker {
    const found = this.#workers.get(name);
    if (found !== undefined) return found;
    const { bullmq, redis } = this.#connection;
    const lockDuration = this.#share(1);
    const worker = new bullmq.Worker(name, null, {
      connection: redis,
      prefix: PREFIX,
      autorun: false,
      lockDuration,
      stalledInterval: lockDuration,
      maxStalledCount: MOST_STALLS,
    });
    // Of a connection that is lost and tried again; without a listener the process would end.
    worker.on("error", () => {});
    void worker.startStalledCheckTimer();
    this.#workers.set(name, worker);
    return worker;
  }

  async #handle(queued: QueuedJob, token: string): Promise<void> {
    const { bullmq } = this.#connection;
    let job: Job;
    try {
      job = await checkJob((queued.data as { readonly job?: unknown } | null)?.job);
      if (job.id !== queued.id) throw new Error("This job is not run: it stands under the id of another one.");
    } catch (error) {
      const reason = new bullmq.UnrecoverableError((error as Error).message);
      this.#note(`${queued.id ?? "A job"}: ${reason.message}`);
      return this.#tell(() => queued.moveToFailed(reason, token, false));
    }
    this.#jobs += 1;
    try {
      await this.#runTaken(job, queued, token);
    } finally {
      this.#jobs -= 1;
    }
  }

  async #runTaken(job: Job, queued: QueuedJob, token: string): Promise<void> {
    const { store, program, threads, download, signal, onJob, onProgress } = this.#options;
    const lockDuration = this.#share(1);
    onJob?.(job, undefined);
    // Where the lock is lost, another worker may take the job: it finds the folder in use, or the result.
    const renewal = setInterval(() => void queued.extendLock(token, lockDuration).catch(() => {}), lockDuration / 3);
    let reported = Number.NEGATIVE_INFINITY;
    const outcome = await runJob(job, {
      store,
      program,
      threads,
      download,
      signal,
      onProgress: (progress) => {
        onProgress?.(progress);
        if (performance.now() - reported < REPORT_EVERY) return;
        reported = performance.now();
        const { task, done, total, unit } = progress;
        const heartbeat = { folder: `jobs/${job.id}`, task, done, total, unit, machine: hostname() };
        void queued.updateProgress(heartbeat).catch(() => {});
      },
    }).catch((error: unknown): JobOutcome => ({ state: "failed", reason: (error as Error).message }));
    clearInterval(renewal);
    onJob?.(job, outcome);
    await this.#tell(() => this.#giveBack(queued, token, outcome));
    if (outcome.state === "hindered") {
      if (outcome.reason !== this.#hindrance) this.#note(outcome.reason);
      this.#hindrance = outcome.reason;
      await this.#pause(this.#share(HINDERED));
    }
  }

  async #giveBack(queued: QueuedJob, token: string, outcome: JobOutcome): Promise<void> {
    switch (outcome.state) {
      case "done":
        await queued.moveToCompleted({ digest: outcome.result.digest }, token, false);
        return;
      case "failed":
        await queued.moveToFailed(new Error(outcome.reason), token, false);
        return;
      case "stopped":
        await queued.moveToWait(token);
        return;
      case "busy":
      case "hindered":
        await queued.moveToDelayed(Date.now() + this.#share(outcome.state === "busy" ? BUSY : HINDERED), token);
    }
  }

  /** A server that is not there is waited for, unless this worker is to stop; one that gave the job away meanwhile, is not told. */
  async #tell(how: () => Promise<unknown>): Promise<void> {
    const { signal } = this.#options;
    const told = new AbortController();
    const stopped = async (): Promise<void> => {
      if (!signal.aborted) await once(signal, "abort", { signal: told.signal }).catch(() => {});
      await sleep(LAST_WORDS, undefined, { signal: told.signal, ref: false }).catch(() => {});
    };
    await Promise.race([how().catch(() => {}), stopped()]);
    told.abort();
  }

  #note(text: string): undefined {
    this.#options.onNote?.(text);
  }
}
