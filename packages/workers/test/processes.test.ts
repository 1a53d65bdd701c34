import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, defaultServerConditions } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openCalls,
  openPool,
  portPair,
  serveCalls,
  startProcess,
  type Caller,
  type Pool,
  type Port,
} from "../src/index.node.ts";
import type { TestCalls } from "./calls.ts";

let folder: string;
let worker: Caller<TestCalls>;
const file = (name: string): string => join(folder, `${name}.mjs`);
const start = (): Port => startProcess(file("_worker"));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kwta-workers-"));
  const entries = ["_worker", "_parent"].map((name) => fileURLToPath(new URL(`${name}.ts`, import.meta.url)));
  await build({
    configFile: false,
    logLevel: "silent",
    ssr: { noExternal: true, resolve: { conditions: ["@kwta/source", ...defaultServerConditions] } },
    resolve: { conditions: ["@kwta/source", ...defaultServerConditions] },
    build: {
      ssr: true,
      outDir: folder,
      target: "node20",
      rollupOptions: { input: entries, output: { entryFileNames: "[name].mjs" } },
    },
  });
  worker = openCalls<TestCalls>(start());
}, 60_000);

afterAll(async () => {
  await worker?.end();
  await rm(folder, { recursive: true });
});

test("arrays go there and numbers come back", async () => {
  expect(await worker.call("add", Float32Array.of(1, 2.5, 3))).toBe(6.5);
});

test("errors keep their kind: what was given cannot be used, or a fault", async () => {
  await expect(worker.call("refuse", "input")).rejects.toMatchObject({ name: "InputError", message: "No such model." });
  await expect(worker.call("refuse", "fault")).rejects.toThrow("x is undefined");
});

test("events come in between, and an abort stops the call and not the worker", async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const onEvent = (event: number): void => {
    seen.push(event);
    if (event === 3) stop.abort();
  };
  await expect(worker.call("count", 1000, { onEvent, signal: stop.signal })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(await worker.call("count", 2)).toBe("done");
  await expect(worker.call("count", 2, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
});

test("an aborted call is rejected at once where that is asked for, whatever the worker is doing", async () => {
  type Stuck = { readonly wait: { readonly args: undefined; readonly result: never; readonly event: never } };
  const [here, there] = portPair();
  serveCalls<Stuck>(there, { wait: () => new Promise(() => {}) });
  const stop = new AbortController();
  const call = openCalls<Stuck>(here, { rejectAborted: "at-once" }).call("wait", undefined, { signal: stop.signal });
  stop.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("a worker that dies is started again and its work done again; one that dies twice is an error", async () => {
  const pool = await openPool<TestCalls>({ count: 2, start, prepare: (each) => each.call("pid", undefined) });
  const before = await pool.callAll("pid", undefined);
  const results = await Promise.all([pool.call("dieOnce", file("died")), pool.call("count", 3)]);
  expect(results).toEqual([1, "done"]);
  const after = await pool.callAll("pid", undefined);
  expect(after.filter((pid) => before.includes(pid))).toHaveLength(1);
  await expect(pool.call("die", undefined)).rejects.toMatchObject({
    name: "InputError",
    message: expect.stringMatching(/exit code 3, twice at the same work.*fewer workers/) as string,
  });
  // Another call gets a new worker.
  expect(await pool.callAll("add", Float32Array.of(2))).toEqual([2, 2]);
  await expectEnded(pool);
});

test("workers that cannot be prepared leave nothing behind", async () => {
  const pids: number[] = [];
  const prepare = async (each: Caller<TestCalls>): Promise<void> => {
    pids.push(await each.call("pid", undefined));
    await each.call("refuse", "input");
  };
  await expect(openPool<TestCalls>({ count: 2, start, prepare })).rejects.toThrow("No such model.");
  for (const pid of pids) expect(isAlive(pid)).toBe(false);
});

test("a Ctrl-C at the terminal is the parent's, and a killed parent takes its workers along", async () => {
  const parent = spawn(process.execPath, [file("_parent"), file("_worker")], { detached: true });
  const line = await new Promise<string>((resolve) =>
    parent.stdout.once("data", (data: Buffer) => resolve(data.toString())),
  );
  const pids = JSON.parse(line) as number[];
  for (const pid of pids) process.kill(pid, "SIGINT");
  await new Promise((done) => setTimeout(done, 100));
  expect(pids.map(isAlive)).toEqual([true, true]);
  parent.kill("SIGKILL");
  for (let i = 0; i < 100 && pids.some(isAlive); i++) await new Promise((done) => setTimeout(done, 50));
  expect(pids.map(isAlive)).toEqual([false, false]);
});

async function expectEnded(pool: Pool<TestCalls>): Promise<void> {
  const pids = await pool.callAll("pid", undefined);
  const late = pool.call("count", 1000);
  await Promise.all([pool.end(), expect(late).rejects.toThrow(/it was told to/)]);
  for (const pid of pids) expect(isAlive(pid)).toBe(false);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
