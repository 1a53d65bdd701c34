import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { cacheFolder, InputError, LOCK, temporaryName, withFolder, writeFileAtomic } from "../src/index.node.ts";

const folder = () => mkdtemp(join(tmpdir(), "kwta-folder-"));
const lockOf = (path: string): Promise<string> => readFile(join(path, LOCK), "utf8");
const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));

test("one process works in a folder; another is told who does, or waits for its turn", async () => {
  const path = await folder();
  const order: string[] = [];
  let waited = 0;
  await withFolder(path, async () => {
    await expect(withFolder(path, async () => order.push("never"))).rejects.toThrow(
      new RegExp(`Process ${process.pid} on .* is at work in this folder`),
    );
    const next = withFolder(path, async () => order.push("second"), { wait: true, onWait: () => waited++ });
    await vi.waitUntil(() => waited === 1);
    order.push("first");
    setTimeout(() => order.push("released"), 0);
    void next.then(() => order.push("ended"));
  });
  await vi.waitUntil(() => order.includes("ended"));
  expect(order).toEqual(["first", "released", "second", "ended"]);
  expect(await readdir(path)).toEqual([]);
});

test("what a dead process left is swept, and its lock taken over", async () => {
  const path = await folder();
  const mine = await withFolder(path, () => lockOf(path));
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  await writeFile(join(path, LOCK), JSON.stringify({ ...(JSON.parse(mine) as object), pid }));
  await writeFile(join(path, `${LOCK}.0f8fad5b-d9cb-469f-a165-70867728950e`), "a draft");
  await mkdir(join(path, "parts"));
  await mkdir(join(path, "other"));
  for (const place of [".", "parts", "other"]) await writeFile(join(path, place, temporaryName()), "half");
  await mkdir(join(path, temporaryName()));
  await writeFile(join(path, ".mine.tmp"), "whole");
  await withFolder(path, async () => {}, { inside: ["parts", "absent"] });
  expect((await readdir(path)).sort()).toEqual([".mine.tmp", "other", "parts"]);
  expect((await readdir(join(path, "parts"))).length).toBe(0);
  expect((await readdir(join(path, "other"))).length).toBe(1);
});

test("a process number that was given anew does not keep a folder locked", async () => {
  if (process.platform !== "linux") return;
  const path = await folder();
  const mine = JSON.parse(await withFolder(path, () => lockOf(path))) as { started: string };
  await writeFile(
    join(path, LOCK),
    JSON.stringify({ ...mine, pid: process.ppid, started: `${Number(mine.started) - 1}` }),
  );
  await withFolder(path, async () => {});
  expect(await readdir(path)).toEqual([]);
});

test("another machine keeps its lock as long as it gives signs of life", async () => {
  const path = await folder();
  const foreign = JSON.stringify({ id: "x", pid: 1, host: "another-machine", machine: "", started: "1" });
  await writeFile(join(path, LOCK), foreign);
  await expect(withFolder(path, async () => {})).rejects.toThrow(/Process 1 on another-machine/);
  await utimes(join(path, LOCK), 0, 0);
  await withFolder(path, async () => {});
  expect(await readdir(path)).toEqual([]);
});

test.each([
  ["was taken over", (path: string) => writeFile(join(path, LOCK), "a successor's"), "a successor's"],
  ["is gone", (path: string) => rm(join(path, LOCK)), undefined],
])("who finds that the lock %s stops, and leaves its successor's alone", async (_, lose, left) => {
  const path = await folder();
  const working = withFolder(path, async (signal) => {
    await lose(path);
    return never(signal);
  });
  await expect(working).rejects.toThrow(/taken over by another process.*Start it again/);
  expect(await lockOf(path).catch(() => undefined)).toBe(left);
});

test("a fault of the disk is a sentence, whatever threw it", async () => {
  const path = await folder();
  const full = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", syscall: "write", path: "/x/run.json" });
  const failing = withFolder(path, () => Promise.reject(full));
  await expect(failing).rejects.toThrow(InputError);
  await expect(failing).rejects.toThrow('Cannot use "/x/run.json": the disk is full. Make room there');
  await expect(withFolder(path, () => Promise.reject(new TypeError("a bug")))).rejects.toThrow(TypeError);
});

test("a file is never written over what is none", async () => {
  const path = await folder();
  await expect(writeFileAtomic("/dev/null", "x")).rejects.toThrow(/no regular file of that name/);
  await mkdir(join(path, "a"));
  await expect(writeFileAtomic(join(path, "a"), "x")).rejects.toThrow(/a folder of that name/);
  await symlink(join(path, "nowhere"), join(path, "broken"));
  await expect(writeFileAtomic(join(path, "broken"), "x")).rejects.toThrow(/a link to nothing/);
  await writeFile(join(path, "a/real"), "old");
  await symlink(join(path, "a/real"), join(path, "linked"));
  await writeFileAtomic(join(path, "linked"), "new");
  expect(await readFile(join(path, "a/real"), "utf8")).toBe("new");
  expect((await readdir(join(path, "a"))).length).toBe(1);
});

test("who has no home folder is told so", () => {
  expect(cacheFolder({ HOME: "/home/x" }, "linux")).toBe("/home/x/.cache/kwta");
  expect(cacheFolder({ HOME: "", KWTA_CACHE_DIR: "/c" }, "linux")).toBe("/c");
  for (const home of ["", "home"]) {
    expect(() => cacheFolder({ HOME: home }, "linux")).toThrow(/There is no home folder.*KWTA_CACHE_DIR/);
  }
});

test("many that wait for one folder sweep away nothing of each other's", async () => {
  const path = await folder();
  let atWork = 0;
  const work = async (): Promise<number> => {
    expect(++atWork).toBe(1);
    await new Promise((done) => setTimeout(done, 1));
    return atWork--;
  };
  const all = await Promise.all(Array.from({ length: 40 }, () => withFolder(path, work, { wait: true })));
  expect(all).toEqual(Array(40).fill(1));
  expect(await readdir(path)).toEqual([]);
});
