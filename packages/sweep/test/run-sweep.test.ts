import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import {
  openJobStore,
  planSweep,
  processes,
  readResults,
  readSweepStatus,
  runJob,
  runSweep,
  type JobStore,
  type SweepDefinition,
  type SweepStatus,
} from "../src/index.node.ts";

const PROGRAM = [process.execPath, fileURLToPath(new URL("../../../test/job-program.mjs", import.meta.url))] as const;
const sweep: SweepDefinition = {
  train: { model: ["a", "b"] },
  evaluate: { eps: [0.1, 0.2], samples: 8 },
  split: 4,
};

let folder: string;
let store: JobStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kwta-sweep-"));
  store = await openJobStore(folder);
});

function run(
  definition: SweepDefinition,
  more: { workers?: number; signal?: AbortSignal; notes?: string[] } = {},
): Promise<SweepStatus> {
  const { workers = 2, signal, notes = [] } = more;
  const runner = processes({ store, program: PROGRAM, workers, attempts: 2, backoff: 10 });
  return runSweep(folder, definition, { store, runner, signal, onNote: (note) => notes.push(note) });
}

/** How often a job was started, as its program counts it. */
async function starts(id: string): Promise<number> {
  return (JSON.parse(await readFile(join(store.folderOf(id), "run.json"), "utf8")) as { starts: number }).starts;
}

test("each job is run once, in the order of needs; one worker and three make the same table; again, nothing is run", async () => {
  const status = await run(sweep, { workers: 3 });
  const jobs = await planSweep(sweep);
  expect(status).toMatchObject({ state: "finished", total: jobs.length, done: jobs.length, kept: 0, failed: [] });
  const table = await readResults(folder);
  expect(table.map(({ id }) => id)).toEqual(jobs.map(({ id }) => id));
  expect(table.at(-1)).toMatchObject({
    command: "evaluate",
    settings: { eps: "0.2" },
    training: { model: "b" },
  });
  for (const { id } of jobs) expect(await starts(id)).toBe(1);
  expect(await run(sweep)).toMatchObject({ done: jobs.length, kept: jobs.length });
  for (const { id } of jobs) expect(await starts(id)).toBe(1);
  expect((await readSweepStatus(folder)).state).toBe("finished");
  const first = table.map(({ digest }) => digest);
  folder = await mkdtemp(join(tmpdir(), "kwta-sweep-"));
  store = await openJobStore(folder);
  await run(sweep, { workers: 1 });
  expect((await readResults(folder)).map(({ digest }) => digest)).toEqual(first);
});

test("a job that always fails leaves the others alone, with its log; one that dies once is tried again", async () => {
  const notes: string[] = [];
  const status = await run({ train: { model: ["a", "poison", "flaky"] }, evaluate: { samples: 8 } }, { notes });
  expect(status).toMatchObject({ state: "finished", total: 6, done: 4, blocked: 1 });
  const [failed] = status.failed;
  expect(failed).toMatchObject({
    job: "train model=poison",
    reason: expect.stringContaining("This job always fails."),
  });
  expect((await readFile(failed!.log, "utf8")).match(/This job always fails/g)).toHaveLength(2);
  expect(notes.join("\n")).toContain("ended by SIGKILL");
  expect(await readResults(folder)).toHaveLength(4);
});

test("a sweep that is stopped goes on where its jobs were", async () => {
  const long: SweepDefinition = { train: { model: "a", epochs: 30, seed: [0, 1, 2] } };
  const stop = new AbortController();
  const stopped = run(long, { signal: stop.signal });
  const [first] = await planSweep(long);
  while (!existsSync(join(store.folderOf(first!.id), "run.json"))) await new Promise((done) => setTimeout(done, 10));
  setTimeout(() => stop.abort(), 200);
  await expect(stopped).rejects.toThrow("Stopped");
  expect((await readSweepStatus(folder)).state).toBe("stopped");
  const { step } = JSON.parse(await readFile(join(store.folderOf(first!.id), "run.json"), "utf8")) as { step: number };
  expect(step).toBeGreaterThan(0);
  expect(step).toBeLessThan(30);
  expect((await run(long)).done).toBe(3);
  expect(await starts(first!.id)).toBe(2);
});

test("a folder in which another process is at work is left alone, a damaged result is made again, a full store is no fault of the job", async () => {
  const [job] = await planSweep({ train: { model: "a" } });
  const options = { store, program: PROGRAM };
  const lock = join(store.folderOf(job!.id), ".kwta.lock");
  await mkdir(store.folderOf(job!.id));
  await writeFile(lock, JSON.stringify({ pid: process.pid, host: hostname() }));
  expect(await runJob(job!, options)).toEqual({ state: "busy" });
  await rm(lock);
  const full: JobStore = { ...store, check: () => Promise.reject(new Error("no space left")) };
  expect(await runJob(job!, { ...options, store: full })).toEqual({ state: "hindered", reason: "no space left" });
  expect(await runJob(job!, options)).toMatchObject({ state: "done" });
  await writeFile(join(folder, "results", `${job!.id}.json`), '{ "schema": "kwta-result@1"');
  expect(await runJob(job!, options)).toMatchObject({ state: "done", result: { id: job!.id } });
});
