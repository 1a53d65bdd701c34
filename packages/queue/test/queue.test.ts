import {
  openJobStore,
  planSweep,
  processes,
  readResults,
  runSweep,
  type JobStore,
  type SweepDefinition,
  type SweepStatus,
} from "@kwta/sweep";
import { Queue } from "bullmq";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openSweepQueue, readQueueAddress, workOnQueue, type WorkOnQueueOptions } from "../src/index.node.ts";
import { queueOf } from "../src/queue-name.ts";
import { missing, startRedis, tlsOptions, type TestRedis } from "./redis.ts";

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PROGRAM = [process.execPath, file("../../../test/job-program.mjs")] as const;
const WORKER = file("worker-process.mjs");
const built = existsSync(file("../dist/index.node.js"));
const version = "1.0.0";

let redis: TestRedis;
let folder: string;
let store: JobStore;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  if (missing === undefined) redis = await startRedis();
});
afterAll(() => redis?.end());

beforeEach(async ({ skip, onTestFinished }) => {
  if (missing !== undefined) skip(missing);
  folder = await mkdtemp(join(tmpdir(), "kwta-queue-"));
  store = await openJobStore(join(folder, "store"));
  onTestFinished(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
});

/** A worker in this process; its jobs are processes. */
function work(more: Partial<WorkOnQueueOptions> = {}): void {
  const stop = new AbortController();
  const options = { store, version, program: PROGRAM, backends: ["wasm"], memory: 1, lockDuration: 1000 };
  const working = workOnQueue(redis.address, { ...options, signal: stop.signal, ...more });
  stops.push(async () => {
    stop.abort();
    await working;
  });
}

/** A worker that can be killed. */
function startWorker(): ChildProcess {
  const child = spawn(process.execPath, [WORKER, redis.address, store.name, PROGRAM[1]], { stdio: "inherit" });
  stops.push(() => child.kill("SIGKILL"));
  return child;
}

async function sweepOnQueue(definition: SweepDefinition, notes: string[] = []): Promise<SweepStatus> {
  const onNote = (note: string): void => void notes.push(note);
  const runner = await openSweepQueue(redis.address, {
    store,
    version,
    attempts: 2,
    backoff: 50,
    interval: 100,
    onNote,
  });
  try {
    return await runSweep(join(folder, "sweep"), definition, { store, runner, onNote });
  } finally {
    await runner.end();
  }
}

/** The digests of all results, as processes of this machine make them without a queue. */
async function here(definition: SweepDefinition): Promise<string[]> {
  const alone = await mkdtemp(join(tmpdir(), "kwta-queue-"));
  const own = await openJobStore(alone);
  await runSweep(alone, definition, {
    store: own,
    runner: processes({ store: own, program: PROGRAM, workers: 2, attempts: 1 }),
  });
  return digests(alone);
}

const digests = async (path: string): Promise<string[]> => (await readResults(path)).map(({ digest }) => digest);

async function stateOf(id: string): Promise<{ readonly step: number; readonly starts: number }> {
  return JSON.parse(await readFile(join(store.folderOf(id), "run.json"), "utf8")) as { step: number; starts: number };
}

const begins = (id: string): Promise<unknown> =>
  vi.waitFor(async () => expect((await stateOf(id)).step).toBeGreaterThan(2), { timeout: 20_000, interval: 20 });

test("a sweep on a queue has the results of one without: each job once, poison aside, forged jobs refused", async () => {
  const sweep: SweepDefinition = {
    train: { model: ["a", "b", "poison"] },
    evaluate: { samples: 8 },
  };
  const [first] = await planSweep(sweep);
  const forged = new Queue(queueOf(first!, store.id, version).name, {
    prefix: "kwta",
    connection: connectionOf(redis),
  });
  stops.push(() => forged.close());
  await forged.add("job", { job: { ...first, options: { "data-dir": "/etc" } } }, { jobId: "forged" });
  const told: string[] = [];
  for (let i = 0; i < 2; i++) work({ onNote: (note) => told.push(note) });
  // Neither takes anything: one is of another version, the other has no such backend.
  const idle = vi.fn<() => void>();
  work({ version: "0.9.0", onJob: idle });
  work({ backends: ["tensorflow"], onJob: idle });
  const status = await sweepOnQueue(sweep);
  expect(status).toMatchObject({ done: 4, blocked: 1, failed: [{ job: "train model=poison" }] });
  expect(status.failed[0]!.reason).toContain("This job always fails.");
  expect(await digests(join(folder, "sweep"))).toEqual(await here(sweep));
  for (const { id } of await readResults(join(folder, "sweep"))) expect((await stateOf(id)).starts).toBe(1);
  expect(told.join()).toContain('Unknown option of train in a sweep "data-dir"');
  expect(idle).not.toHaveBeenCalled();
}, 60_000);

test("a worker is killed in a job, then the server, which comes back with its data: another worker goes on where it was", async ({
  skip,
}) => {
  if (!built) skip("The worker that is killed needs a build: npm run build");
  const sweep: SweepDefinition = { train: { model: "a", epochs: 100 }, evaluate: { samples: 8 } };
  const [training] = await planSweep(sweep);
  const killed = startWorker();
  const swept = sweepOnQueue(sweep);
  await begins(training!.id);
  killed.kill("SIGKILL");
  await redis.restart({ data: true });
  startWorker();
  expect(await swept).toMatchObject({ done: 2, failed: [] });
  expect(await digests(join(folder, "sweep"))).toEqual(await here(sweep));
  expect((await stateOf(training!.id)).starts).toBe(2);
}, 60_000);

test("a server that does not answer for longer than a lock lasts, or comes back empty, loses no job and doubles no result", async () => {
  const sweep: SweepDefinition = { train: { model: "a", epochs: 150, seed: [0, 1] }, evaluate: { samples: 8 } };
  const [training] = await planSweep(sweep);
  work();
  work();
  const swept = sweepOnQueue(sweep);
  await begins(training!.id);
  redis.signal("SIGSTOP");
  await new Promise((done) => setTimeout(done, 1500));
  redis.signal("SIGCONT");
  await redis.restart({ data: false });
  expect(await swept).toMatchObject({ done: 4, failed: [] });
  expect(await digests(join(folder, "sweep"))).toEqual(await here(sweep));
}, 60_000);

test("a worker that is told to stop gives its job back, and another goes on; a full store is waited for", async () => {
  const sweep: SweepDefinition = { train: { model: "a", epochs: 100 } };
  const [training] = await planSweep(sweep);
  work();
  const swept = sweepOnQueue(sweep);
  await begins(training!.id);
  await stops.pop()!();
  const { step } = await stateOf(training!.id);
  expect(step).toBeLessThan(100);
  let isFull = true;
  const told: string[] = [];
  const full: JobStore = {
    ...store,
    check: () => (isFull ? Promise.reject(new Error("no space left")) : Promise.resolve()),
  };
  work({ store: full, onNote: (note) => told.push(note) });
  await vi.waitFor(() => expect(told).toContain("no space left"), { timeout: 20_000 });
  isFull = false;
  work();
  expect(await swept).toMatchObject({ done: 1, failed: [] });
  expect((await stateOf(training!.id)).starts).toBe(2);
}, 60_000);

test("what is wrong with an address or a server is said at the door, without its password", async () => {
  const options = { store, version };
  const open = (address: string): Promise<unknown> => openSweepQueue(address, options);
  await expect(open(redis.address.replace("secret", "wr0ng"))).rejects.toThrow(/refuses this user and password/);
  await expect(open(redis.address.replace(":secret@", ""))).rejects.toThrow("asks for a password");
  await expect(open("redis://127.0.0.1:1")).rejects.toThrow("Cannot reach the queue redis://127.0.0.1:1");
  const forgetful = await startRedis(["--maxmemory", "10mb", "--maxmemory-policy", "allkeys-lru"]);
  stops.push(forgetful.end);
  await expect(open(forgetful.address)).rejects.toThrow("noeviction");
  expect(() => readQueueAddress("http://user:hunter2@host")).toThrow(expect.not.stringContaining("hunter2"));
});

test("over TLS, with a certificate of one's own, as a user with a password: jobs are asked for and done", async () => {
  const { port, ca, options: tls } = await tlsOptions();
  const user = ["--user", "kwta", "on", ">p@ss", "~kwta:*", "&*", "+@all"];
  const server = await startRedis([...tls, ...user]);
  stops.push(server.end);
  const address = `rediss://kwta:p%40ss@127.0.0.1:${port}`;
  const options = { store, version, interval: 100, ca };
  const [job] = await planSweep({ train: { model: "a" } });
  const stop = new AbortController();
  const how = { store, version, program: PROGRAM, backends: ["wasm"], memory: 1, lockDuration: 1000, ca };
  const working = workOnQueue(address, { ...how, signal: stop.signal });
  const queue = await openSweepQueue(address, options);
  expect(await queue.run(job!, {})).toMatchObject({ id: job!.id });
  await queue.end();
  stop.abort();
  await working;
  const refusals: [string, object, RegExp][] = [
    [address, { ca: undefined }, /(?:self-signed|unable to (?:get|verify)).*--queue-ca FILE/],
    [address.replace("p%40ss", "wr0ng"), {}, /refuses this user and password/],
    [address.replace("rediss:", "redis:"), { ca: undefined }, /asks for TLS: rediss/],
    [address.replace("rediss:", "redis:"), {}, /asked without TLS/],
    [address, { ca: join(folder, "store", "store.json") }, /holds no certificate/],
  ];
  for (const [where, more, why] of refusals) {
    const refused = await openSweepQueue(where, { ...options, ...more }).catch((error: Error) => error.message);
    expect(refused).toMatch(why);
    expect(refused).not.toMatch(/p@ss|p%40ss|wr0ng|secret/);
  }
}, 60_000);

test("an address has user, password, port, database and TLS, each as URLs write it", () => {
  expect(readQueueAddress("rediss://me:p%40ss@[::1]:7000/2")).toMatchObject({
    host: "::1",
    port: 7000,
    tls: true,
    username: "me",
    password: "p@ss",
    db: 2,
    shown: "rediss://[::1]:7000",
  });
  expect(readQueueAddress("redis://host")).toMatchObject({ port: 6379, tls: false, db: 0 });
});

function connectionOf({ port }: TestRedis): { host: string; port: number; password: string } {
  return { host: "127.0.0.1", port, password: "secret" };
}
