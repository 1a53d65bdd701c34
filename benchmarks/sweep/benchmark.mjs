// @ts-check
import { openSweepQueue, workOnQueue } from "@kwta/queue";
import { openJobStore, processes, runSweep } from "@kwta/sweep";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rowTable } from "../driver/format-report.mjs";
import { showProgress } from "../driver/progress.mjs";
import { inMemory } from "./in-memory.mjs";
/** @import { JobRunner, SweepDefinition } from "@kwta/sweep" */
/** @import { Row, Trial } from "../driver/types.ts" */

const file = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
/** What jobs are run by: a program that takes as long as a process of Node does, or kwta. */
const TINY = /** @type {const} */ ([process.execPath, file("../../test/job-program.mjs")]);
const KWTA = /** @type {const} */ ([process.execPath, file("../../apps/cli/bin/kwta.mjs")]);
const WORKERS = 2;
const BOOKED = 10_000;
const TINY_JOBS = 10_000;
const REAL_JOBS = 4;

/**
 * What a sweep costs beside its jobs: the bookkeeping alone, jobs that do nothing in processes and on a queue beside the same
 * processes started by hand, and real trainings on one worker and on two.
 *
 * @type {Trial}
 */
export const sweep = {
  name: "sweep",
  summary:
    "What a sweep costs beside its jobs, in ms a job, and how much faster two workers are. --images N: so many tiny jobs.",
  async run({ quick, images, signal }) {
    const tiny = images ?? (quick ? 20 : TINY_JOBS);
    const root = await mkdtemp(join(tmpdir(), "kwta-bench-sweep-"));
    /** @type {Row[]} */
    const rows = [];
    /** @type {string[]} */
    const notes = [];
    const add = (
      /** @type {string} */ name,
      /** @type {string} */ contestant,
      /** @type {number} */ value,
      unit = "ms a job",
    ) => rows.push({ case: name, contestant, median: value, min: value, max: value, unit });
    const booked = quick ? 200 : BOOKED;
    const progress = showProgress("sweep", [
      { name: "bookkeeping", effort: booked / 50 },
      { name: "processes by hand", effort: tiny },
      { name: "kwta sweep", effort: tiny },
      { name: "kwta sweep on a queue", effort: tiny },
      { name: "trainings on one worker", effort: 200 },
      { name: `trainings on ${WORKERS}`, effort: 100 },
    ]);
    let step = 0;
    /** Measures a step. @param {(tell: Tell) => Promise<number | undefined>} work */
    const measure = async (work) => {
      progress.show(step, 0);
      const seconds = await work((share) => progress.show(step, share));
      step += 1;
      return seconds;
    };
    try {
      const run = (/** @type {(store: Store) => JobRunner} */ runner, /** @type {SweepDefinition} */ what) =>
        measure((tell) => timed(root, runner, what, signal, tell));
      add(`${booked} jobs`, "bookkeeping alone", (1000 * ((await run(inMemory, seeds(booked))) ?? 0)) / booked);
      const name = `${tiny} tiny jobs on ${WORKERS} workers`;
      const byHands = await measure((tell) => byHand(root, tiny, signal, tell));
      add(name, "processes by hand", (1000 * (byHands ?? 0)) / tiny);
      const here = (/** @type {Store} */ store) => processes({ store, program: TINY, workers: WORKERS });
      add(name, "kwta sweep", (1000 * ((await run(here, seeds(tiny))) ?? 0)) / tiny);
      const queued = await measure((tell) => onQueue(root, tiny, signal, tell));
      if (queued === undefined) notes.push("The queue was left out: there is no redis-server here.");
      else add(name, "kwta sweep on a queue", (1000 * queued) / tiny);
      const real = trainings(quick ? 2 : REAL_JOBS);
      for (const workers of [1, WORKERS]) {
        const runner = (/** @type {Store} */ store) => processes({ store, program: KWTA, workers, threads: 1 });
        add("trainings of one thread", `${workers} workers`, (await run(runner, real)) ?? 0, "s");
      }
      const [one = 0, two = 1] = rows.slice(-2).map(({ median }) => median);
      notes.push(`Two workers are ${(one / two).toFixed(2)} times as fast as one.`);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      progress.end();
      await rm(root, { recursive: true, force: true });
    }
    return { rows, tables: [rowTable(rows)], notes, runners: {}, failed: false };
  },
};

/** @typedef {Awaited<ReturnType<typeof openJobStore>>} Store */
/** @typedef {(share: number) => void} Tell Of a step, how much is done. */

/** @param {number} count @returns {SweepDefinition} */
function seeds(count) {
  return { train: { model: "tiny", epochs: 0, seed: Array.from({ length: count }, (_, i) => i) } };
}

/** @param {number} count @returns {SweepDefinition} */
function trainings(count) {
  const seed = Array.from({ length: count }, (_, i) => i);
  return { train: { recipe: "smoke", dataset: "glyphs28", subset: 1000, epochs: 4, seed } };
}

/**
 * Seconds of a sweep in a new folder.
 *
 * @param {string} root @param {(store: Store) => JobRunner} runnerOf @param {SweepDefinition} definition @param {AbortSignal} signal
 * @param {Tell} tell
 */
async function timed(root, runnerOf, definition, signal, tell) {
  const folder = await mkdtemp(join(root, "sweep-"));
  const store = await openJobStore(folder);
  const started = performance.now();
  const onStatus = (/** @type {{ done: number, total: number }} */ now) => tell(now.done / now.total);
  const { done, total } = await runSweep(folder, definition, { store, runner: runnerOf(store), signal, onStatus });
  if (done !== total) throw new Error(`${total - done} of ${total} jobs failed.`);
  return (performance.now() - started) / 1000;
}

/**
 * Seconds of as many processes of the same program, some at a time.
 *
 * @param {string} root @param {number} count @param {AbortSignal} signal @param {Tell} tell
 */
async function byHand(root, count, signal, tell) {
  const folder = await mkdtemp(join(root, "hand-"));
  const started = performance.now();
  let next = 0;
  const slot = async () => {
    while (next < count && !signal.aborted) {
      tell(next / count);
      const [command, program] = TINY;
      const words = [program, "train", `--out=${join(folder, `${next++}`)}`, "--epochs=0"];
      await new Promise((done) => spawn(command, words, { stdio: "ignore" }).on("close", done));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, slot));
  signal.throwIfAborted();
  return (performance.now() - started) / 1000;
}

/** @param {string} root @param {number} count @param {AbortSignal} signal @param {Tell} tell */
async function onQueue(root, count, signal, tell) {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const folder = await mkdtemp(join(root, "queue-"));
  const port = 20_000 + Math.floor(20_000 * Math.random());
  const server = spawn("redis-server", ["--port", `${port}`, "--dir", folder, "--save", ""], { stdio: "ignore" });
  const end = new AbortController();
  try {
    await sleep(1000);
    const address = `redis://127.0.0.1:${port}`;
    const store = await openJobStore(folder);
    const version = "bench";
    const how = { store, version, program: TINY, slots: WORKERS, backends: ["wasm"], memory: 1, signal: end.signal };
    const working = workOnQueue(address, how);
    const queue = await openSweepQueue(address, { store, version });
    const started = performance.now();
    const onStatus = (/** @type {{ done: number }} */ { done }) => tell(done / count);
    await runSweep(folder, seeds(count), { store, runner: queue, signal, onStatus });
    const seconds = (performance.now() - started) / 1000;
    await queue.end();
    end.abort();
    await working;
    return seconds;
  } finally {
    end.abort();
    server.kill("SIGKILL");
  }
}
