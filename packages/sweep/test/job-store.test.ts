import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openJobStore, planSweep, runJob, type Job, type JobStore } from "../src/index.node.ts";
import { startS3, type TestS3 } from "./s3-server.ts";

const PROGRAM = [process.execPath, fileURLToPath(new URL("../../../test/job-program.mjs", import.meta.url))] as const;
const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "kwta-store-"));

const WAIT = { interval: 20, timeout: 20_000 };

let s3: TestS3;
beforeAll(async () => {
  s3 = await startS3();
  for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.end();
});

let count = 0;
/** Places for stores, and machines that open them: of a folder all see the same files, of objects each has a scratch of its own. */
const PLACES = {
  folder: newFolder,
  s3: async () => `s3://kwta/test/${count++}`,
};

describe.each(Object.entries(PLACES))("a store in %s", (kind, newPlace) => {
  let place: string;
  const machine = async (): Promise<JobStore> => openJobStore(place, { scratch: await newFolder() });
  beforeEach(async () => {
    place = await newPlace();
    s3.refuse = undefined;
  });

  test("all who share it see one id, and the first result of each job; a damaged one is none", async () => {
    const [one, two] = [await machine(), await machine()];
    expect([two.id, two.name, one.name]).toEqual([one.id, place, place]);
    const results = ["a", "b", "c"].map((letter, i) => ({
      schema: "kwta-result@1" as const,
      id: letter.repeat(20),
      command: "train" as const,
      digest: letter,
      seconds: i,
      environment: {},
    }));
    for (const result of results) await one.keepResult(result);
    await two.keepResult({ ...results[0]!, seconds: 7 });
    expect((await one.readResult(results[0]!.id))?.seconds).toBe(0);
    expect(await two.finished()).toEqual(new Set(results.map(({ id }) => id)));
    const damaged = `results/${results[1]!.id}.json`;
    if (kind === "folder") await writeFile(join(place, damaged), "{");
    else s3.objects.set(`${place.slice("s3://kwta/".length)}/${damaged}`, Buffer.from("{"));
    expect(await two.readResult(results[1]!.id)).toBeUndefined();
    await two.keepResult(results[1]!);
    expect(await one.readResult(results[1]!.id)).toEqual(results[1]);
  });

  test("a training goes on elsewhere from what was kept, and an evaluation has its network", async () => {
    const [training, evaluation] = await planSweep({ train: { model: "a", epochs: 40 }, evaluate: { samples: 8 } });
    const [one, two, alone] = [await machine(), await machine(), await openJobStore(await newFolder())];
    const stop = new AbortController();
    const first = runJob(training!, { store: one, program: PROGRAM, signal: stop.signal });
    await vi.waitFor(() => expect(existsSync(join(one.folderOf(training!.id), "run.json"))).toBe(true), WAIT);
    setTimeout(() => stop.abort(), 100);
    expect(await first).toEqual({ state: "stopped" });
    const { step } = await stateOf(one, training!);
    const second = await runJob(training!, { store: two, program: PROGRAM });
    expect(await stateOf(two, training!)).toMatchObject({ starts: 2 });
    expect(step).toBeGreaterThan(0);
    const evaluated = await runJob(evaluation!, { store: one, program: PROGRAM });
    const uncut = [training!, evaluation!].map((job) => runJob(job, { store: alone, program: PROGRAM }));
    for (const [found, expected] of [
      [second, await uncut[0]],
      [evaluated, await uncut[1]],
    ] as const) {
      expect(found).toMatchObject({ state: "done" });
      if (found.state === "done" && expected?.state === "done")
        expect(found.result.digest).toBe(expected.result.digest);
    }
    await one.bring(training!.id, { wait: true });
    expect(await stateOf(one, training!)).toMatchObject({ starts: 2 });
    await two.bringLog(training!.id);
    expect(await readFile(two.logOf(training!.id), "utf8")).toMatch(/Stopped on request[^]*--resume/);
  });
});

async function stateOf(store: JobStore, { id }: Job): Promise<{ readonly starts: number; readonly step: number }> {
  return JSON.parse(await readFile(join(store.folderOf(id), "run.json"), "utf8")) as { starts: number; step: number };
}

describe("a store of objects", () => {
  const open = async (place: string): Promise<JobStore> => openJobStore(place, { scratch: await newFolder() });
  beforeEach(() => void (s3.refuse = undefined));

  test("what a machine that says nothing more had kept is gone on with; both may end, and there is one result", async () => {
    const [job] = await planSweep({ train: { model: "b", epochs: 60 } });
    const [one, two] = [await open("s3://kwta/cut"), await open("s3://kwta/cut")];
    const lost = runJob(job!, { store: one, program: PROGRAM, keepEvery: 50 });
    const kept = (): string => s3.objects.get(`cut/jobs/${job!.id}/kept.json`)?.toString() ?? "";
    await vi.waitFor(() => expect(kept()).toContain("run.json"), WAIT);
    const other = await runJob(job!, { store: two, program: PROGRAM, keepEvery: 50 });
    expect((await stateOf(two, job!)).starts).toBe(2);
    expect([(await lost).state, other.state]).toEqual(["done", "done"]);
    const results = [...s3.objects.keys()].filter((key) => key.startsWith("cut/results/"));
    expect(results).toEqual([`cut/results/${job!.id}.json`]);
  });

  test("large files come whole; old ones are removed; what is torn, or names a path elsewhere, is not brought", async () => {
    const job = "d".repeat(20);
    const [one, two] = [await open("s3://kwta/files"), await open("s3://kwta/files")];
    const folder = one.folderOf(job);
    const large = Buffer.alloc(9 * 2 ** 20, 7);
    await mkdir(join(folder, "checkpoints"), { recursive: true });
    await writeFile(join(folder, "checkpoints", "step-1.safetensors"), "old");
    await one.keep(job);
    await rm(join(folder, "checkpoints", "step-1.safetensors"));
    await writeFile(join(folder, "checkpoints", "step-2.safetensors"), large);
    await writeFile(join(folder, ".kwta.lock"), "mine");
    await one.keep(job);
    expect([...s3.objects.keys()].filter((key) => key.startsWith(`files/jobs/${job}/`))).toHaveLength(2);
    await two.bring(job, { wait: false });
    expect(existsSync(join(two.folderOf(job), ".kwta.lock"))).toBe(false);
    expect(large.equals(await readFile(join(two.folderOf(job), "checkpoints", "step-2.safetensors")))).toBe(true);
    const key = `files/jobs/${job}/kept.json`;
    const kept = s3.objects.get(key)!.toString();
    for (const forged of [
      kept.replace("checkpoints/step-2", "../../../evil"),
      kept.replace(/[0-9a-f]{64}/, "0".repeat(64)),
    ]) {
      s3.objects.set(key, Buffer.from(forged));
      const three = await open("s3://kwta/files");
      await three.bring(job, { wait: false });
      expect(existsSync(three.folderOf(job))).toBe(false);
    }
  });

  test("wrong keys, no bucket, no server, a full store: a sentence each, and never the secret; a job is hindered, not failed", async () => {
    const [job] = await planSweep({ train: { model: "c" } });
    const store = await open("s3://kwta/full");
    s3.refuse = { status: 507, code: "QuotaExceeded" };
    const outcome = await runJob(job!, { store, program: PROGRAM });
    expect(outcome).toEqual({
      state: "hindered",
      reason: expect.stringMatching(/s3:\/\/kwta\/full .*507, QuotaExceeded/),
    });
    s3.refuse = undefined;
    expect((await runJob(job!, { store, program: PROGRAM })).state).toBe("done");
    await expect(open("s3://nowhere/x")).rejects.toThrow("There is no bucket for s3://nowhere/x");
    await expect(open("s3://kwta/../x")).rejects.toThrow("s3://BUCKET/PREFIX");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wr0ng");
    const refused = await open("s3://kwta/x").catch((error: Error) => error.message);
    expect(refused).toMatch(/refuses these keys \(403, SignatureDoesNotMatch\)/);
    expect(refused).not.toContain("wr0ng");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1");
    await expect(open("s3://kwta/x")).rejects.toThrow(/cannot be reached at 127.0.0.1:1/);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "");
    await expect(open("s3://kwta/x")).rejects.toThrow("needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
  });
});

test("a folder on a full disk: its job is hindered until there is room", async ({ skip, onTestFinished }) => {
  const folder = await newFolder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  if (mounted.status !== 0) skip("A disk that can be filled needs the right to mount one.");
  onTestFinished(() => void spawnSync("umount", ["-l", folder]));
  const store = await openJobStore(folder);
  const [job] = await planSweep({ train: { model: "a" } });
  await writeFile(join(folder, "filler"), Buffer.alloc(2 ** 20)).catch(() => {});
  const outcome = await runJob(job!, { store, program: PROGRAM });
  expect(outcome).toEqual({ state: "hindered", reason: expect.stringContaining("the disk is full") });
  await rm(join(folder, "filler"));
  expect((await runJob(job!, { store, program: PROGRAM })).state).toBe("done");
});
