import { chmod, mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseJson, prepareFolder, readInput, readJson, writeFileAtomic, writeJson } from "../src/index.node.ts";

const folder = () => mkdtemp(join(tmpdir(), "kwta-core-"));

test("writes whole files, makes folders, leaves nothing else behind", async () => {
  const root = await folder();
  const path = join(root, "a/b/run.json");
  await writeJson(path, { gamma: 0.1 });
  await writeJson(path, { gamma: 0.2 });
  expect(await readJson(path)).toEqual({ gamma: 0.2 });
  expect(await readdir(join(root, "a/b"))).toEqual(["run.json"]);
});

test("says in one sentence why a place cannot be written", async () => {
  const root = await folder();
  await writeFile(join(root, "file"), "text");
  await expect(writeFileAtomic(join(root, "file/run.json"), "x")).rejects.toThrow(/a file/);
  await expect(prepareFolder(join(root, "file/out"))).rejects.toThrow(/Cannot write into the folder/);
  expect(await readFile(join(root, "file"), "utf8")).toBe("text");
  // The superuser may write anywhere, so this part proves something only for other people.
  if (process.getuid?.() !== 0) {
    await chmod(root, 0o500);
    await expect(prepareFolder(join(root, "out"))).rejects.toThrow(/permission denied/);
  }
});

test("says what is wrong with JSON", async () => {
  const root = await folder();
  await expect(readJson(join(root, "none.json"))).rejects.toThrow(/no such file/);
  await writeFile(join(root, "bad.json"), "{");
  await expect(readJson(join(root, "bad.json"))).rejects.toThrow(/not valid JSON/);
});

test("JSON has a budget for depth and for objects, brackets in strings are none", () => {
  const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
  expect(parseJson(nested(200), "x")).toEqual(JSON.parse(nested(200)));
  expect(() => parseJson(nested(201), "x")).toThrow(/x is nested 201 levels deep; up to 200 are read/);
  expect(() => parseJson(`{"a":`.repeat(1e6), "x")).toThrow(/levels deep/);
  expect(() => parseJson(`[${"{},".repeat(2e6)}{}]`, "x")).toThrow(/holds 2000002 objects and lists/);
  const text = JSON.stringify({ a: `${"[{".repeat(1000)}"\\`, b: "\\" });
  expect(parseJson(text, "x")).toEqual(JSON.parse(text));
});

test("reads no more than asked for, and neither folders nor devices", async () => {
  const root = await folder();
  await writeFile(join(root, "ten"), "0123456789");
  expect((await readInput(join(root, "ten"), { most: 10 })).length).toBe(10);
  await expect(readInput(join(root, "ten"), { most: 9 })).rejects.toThrow(/has 10 bytes, more than the 9/);
  await expect(readInput(root)).rejects.toThrow(/is not a file/);
  if (process.platform !== "win32") await expect(readInput("/dev/zero")).rejects.toThrow(/is not a file/);
});
