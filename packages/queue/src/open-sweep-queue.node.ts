import { AbortedError } from "@kwta/core";
import {
  JobFailedError,
  readProgress,
  type Job,
  type JobResult,
  type JobRunner,
  type JobStore,
  type JobWork,
} from "@kwta/sweep";
import type { Job as QueuedJob, Queue } from "bullmq";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Connection, type ConnectOptions } from "./connect.node.ts";
import { presentWorkers } from "./presence.node.ts";
import { PREFIX, queueOf, queuesKey, type QueueName } from "./queue-name.ts";

/** @see {@link openSweepQueue} */
export interface SweepQueueOptions extends ConnectOptions {
  /** Where workers leave results: the same as theirs. */
  readonly store: JobStore;
  /** Of kwta: other versions' workers do not see its jobs. */
  readonly version: string;
  /** How often a job is tried. @defaultValue 3 */
  readonly attempts?: number | undefined;
  /** Milliseconds before the second try; each later one waits twice as long. @defaultValue 5000 */
  readonly backoff?: number | undefined;
  /** Milliseconds between two looks at results. @defaultValue what costs the store little: 1000 in a folder, 5000 elsewhere */
  readonly interval?: number | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
}

/** Runs jobs on all machines that work on a queue. */
export interface SweepQueue extends JobRunner {
  /** Leaves the queue: what it holds goes on. */
  end(): Promise<void>;
}

/**
 * Puts jobs on a queue, for {@link workOnQueue} elsewhere, and waits for their results in the store. The store is what counts: where
 * the queue has lost a job, it is put there again, and a job that is there twice, or done twice, has one result.
 *
 * @param address `redis://HOST:PORT`, or `rediss://USER:PASSWORD@HOST:PORT` with TLS
 * @throws InputError as `connect` does
 */
export async function openSweepQueue(address: string, options: SweepQueueOptions): Promise<SweepQueue> {
  const connection = await connect(address, options);
  const asker = new Asker(connection, options);
  return {
    count: Math.max(1, await asker.slots()),
    run: (job, work) => asker.run(job, work),
    end: () => asker.end(),
  };
}

/** After so many looks at results, one whether the queue still has all jobs, and whether somebody takes them. */
const CARE_EVERY = 15;
/** Of failed and active jobs, at once. */
const MOST = 10_000;

interface Pending {
  readonly job: Job;
  readonly queue: QueueName;
  readonly work: JobWork;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: Error) => void;
}

class Asker {
  readonly #connection: Connection;
  readonly #options: SweepQueueOptions;
  readonly #queues = new Map<string, Promise<Queue>>();
  readonly #pending = new Map<string, Pending>();
  readonly #ended = new AbortController();
  readonly #looking: Promise<void>;
  #warning = "";

  constructor(connection: Connection, options: SweepQueueOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#looking = this.#look();
  }

  /** How many jobs all workers that are there take at once. */
  async slots(): Promise<number> {
    const { store } = this.#options;
    const workers = await presentWorkers(this.#connection.redis, store.id);
    return workers.reduce((sum, { slots }) => sum + slots, 0);
  }

  async run(job: Job, work: JobWork): Promise<JobResult> {
    const { store, version } = this.#options;
    const queue = queueOf(job, store.id, version);
    const { signal } = work;
    const result = new Promise<JobResult>((resolve, reject) => {
      this.#pending.set(job.id, { job, queue, work, resolve, reject });
      if (signal?.aborted === true) reject(new AbortedError());
    });
    // Its end may come while the queue is being asked.
    result.catch(() => {});
    this.#add(queue, job).catch((error: Error) => this.#pending.get(job.id)?.reject(error));
    return result.finally(() => this.#pending.delete(job.id));
  }

  async end(): Promise<void> {
    this.#ended.abort();
    // A server that does not answer is not waited for.
    const closing = this.#looking.then(async () => {
      for (const queue of this.#queues.values()) await (await queue).close();
    });
    await Promise.race([closing.catch(() => {}), sleep(2000)]);
    this.#connection.end();
  }

  async #add(name: QueueName, job: Job): Promise<void> {
    const queue = await this.#open(name);
    const { attempts = 3, backoff = 5000 } = this.#options;
    await queue.add(
      "job",
      { job },
      {
        jobId: job.id,
        attempts,
        backoff: { type: "exponential", delay: backoff },
        // Results are in the store; a failure is kept until it is asked for again.
        removeOnComplete: true,
        removeOnFail: false,
      },
    );
  }

  #open({ name }: QueueName): Promise<Queue> {
    const found = this.#queues.get(name) ?? this.#openNew(name);
    this.#queues.set(name, found);
    return found;
  }

  async #openNew(name: string): Promise<Queue> {
    const { redis, bullmq } = this.#connection;
    const queue = new bullmq.Queue(name, { connection: redis, prefix: PREFIX });
    queue.on("error", () => {});
    await redis.sadd(queuesKey(this.#options.store.id), name);
    // What failed in an earlier sweep is tried again.
    for (const failed of await queue.getFailed(0, MOST)) await failed.remove().catch(() => {});
    return queue;
  }

  async #look(): Promise<void> {
    const { signal } = this.#ended;
    for (let looks = 1; !signal.aborted; looks++) {
      await sleep(this.#options.interval ?? this.#options.store.interval, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        for (const { work, reject } of this.#pending.values()) if (work.signal?.aborted) reject(new AbortedError());
        await this.#takeResults();
        for (const [name, queue] of this.#queues) await this.#lookAt(name, await queue);
        if (looks % CARE_EVERY === 0) await this.#care();
      } catch (error) {
        this.#warn((error as Error).message);
      }
    }
  }

  async #takeResults(): Promise<void> {
    const { store } = this.#options;
    const finished = await store.finished();
    for (const [id, { resolve }] of this.#pending) {
      if (!finished.has(id)) continue;
      const result = await store.readResult(id);
      if (result !== undefined) resolve(result);
    }
  }

  async #lookAt(name: string, queue: Queue): Promise<void> {
    const own = (jobs: readonly QueuedJob[]): [Pending, QueuedJob][] =>
      jobs.flatMap((each): [Pending, QueuedJob][] => {
        const pending = this.#pending.get(each?.id ?? "");
        return pending?.queue.name === name ? [[pending, each]] : [];
      });
    for (const [{ work }, { progress }] of own(await queue.getActive(0, MOST))) {
      const read = readProgress(progress);
      const machine = (progress as { readonly machine?: unknown } | null)?.machine;
      const where = typeof machine === "string" && { machine: machine.slice(0, 100) };
      work.onProgress?.({ ...(read ?? STARTED), ...where });
    }
    for (const [{ reject }, { failedReason }] of own(await queue.getFailed(0, MOST))) {
      reject(new JobFailedError(failedReason ?? "It failed."));
    }
  }

  /** A server that was restarted without its data has no jobs: they are put there again. */
  async #care(): Promise<void> {
    for (const [name, opened] of this.#queues) {
      const queue = await opened;
      const counts = await queue.getJobCounts("waiting", "active", "delayed", "prioritized", "failed");
      const there = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const own = [...this.#pending.values()].filter((each) => each.queue.name === name);
      if (there < own.length) for (const { job } of own) await this.#add(own[0]!.queue, job);
      if (there < own.length) await this.#connection.redis.sadd(queuesKey(this.#options.store.id), name);
    }
    await this.#checkWorkers();
  }

  async #checkWorkers(): Promise<void> {
    const { store, version } = this.#options;
    const workers = await presentWorkers(this.#connection.redis, store.id);
    const takes = ({ backend, memory, gpu }: QueueName): boolean =>
      workers.some(
        (each) =>
          each.version === version && each.backends.includes(backend) && each.memory >= memory && (each.gpu || !gpu),
      );
    const left = [...this.#pending.values()].find(({ queue }) => !takes(queue))?.queue;
    if (left === undefined) return;
    const others = workers.filter((each) => each.version !== version);
    const old =
      others.length === 0 ? "" : ` ${others.length} workers are of another version of kwta (${others[0]!.version}).`;
    this.#warn(
      `Nobody takes jobs for ${left.backend} with ${left.memory} GiB${left.gpu ? " and a GPU" : ""} of kwta ${version}.${old} ` +
        "Start kwta worker on a machine that does.",
    );
  }

  #warn(text: string): void {
    if (text === this.#warning) return;
    this.#warning = text;
    this.#options.onNote?.(text);
  }
}

const STARTED = { task: "start", done: 0, total: 1, unit: "job" } as const;
