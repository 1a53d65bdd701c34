import { cp, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformWithOxc } from "vite";
import { expect, test } from "vitest";
import { KINDS } from "../scripts/new/kinds.mjs";
import { makeNew } from "../scripts/new/make.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The files that a kind reads, alone. */
async function copyOf(kind: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kwta-new-"));
  for (const path of [...KINDS[kind]!.copy, ...Object.keys(KINDS[kind]!.repeat)]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path));
  }
  return folder;
}

test.each(Object.keys(KINDS))(
  "npm run new %s: files that parse, of its own names, and lines in every list",
  async (kind) => {
    const folder = await copyOf(kind);
    const name = kind === "figure" ? "8" : "shiny";
    const { files, lists } = makeNew(folder, kind, name);
    const old = /fgsm|linf|kwtaChannel|KWTAChannel|leNet|stripes|standard|figure-2|Figure2/;
    for (const file of files) {
      const text = await readFile(join(folder, file), "utf8");
      expect(text).not.toMatch(old);
      await expect(transformWithOxc(text, file)).resolves.toBeDefined();
    }
    for (const list of lists) {
      const [before, after] = [await readFile(join(root, list), "utf8"), await readFile(join(folder, list), "utf8")];
      // What was there stays, in its order.
      const lines = after.split("\n");
      for (const line of before.split("\n").filter((each) => /^(import|export \{) /.test(each)))
        expect(lines).toContain(line);
      expect(after.match(new RegExp(`(?:shiny|Shiny|figure-?8)`, "g"))!.length).toBeGreaterThan(0);
      await expect(transformWithOxc(after, list)).resolves.toBeDefined();
    }
    expect(() => makeNew(folder, kind, name)).toThrow(/is there already/);
  },
);

test("what cannot be made is refused in a sentence, and nothing is written", async () => {
  const folder = await copyOf("method");
  const list = join(folder, "packages/training/src/methods/index.ts");
  const before = await readFile(list, "utf8");
  expect(() => makeNew(folder, "metod", "x")).toThrow('There is no kind "metod". Say one of: attack, norm');
  expect(() => makeNew(folder, "method", "../x")).toThrow("cannot be used for a new method");
  expect(() => makeNew(folder, "method", "standard")).toThrow("is there already");
  expect(await readFile(list, "utf8")).toBe(before);
});
