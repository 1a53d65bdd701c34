import { chmod, mkdtemp, readFile, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareFolder, readJson, writeFileAtomic, writeJson } from "../src/index.node.ts";

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
