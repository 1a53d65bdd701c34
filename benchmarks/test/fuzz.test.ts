import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Report } from "../driver/types.ts";
import { Draws } from "../fuzz/draws.mjs";
import { KINDS } from "../fuzz/kinds/index.mjs";
import { bench, built, unbuilt } from "./bench.ts";

test.skipIf(!built)(
  `fuzz --quick: every reader takes or refuses hundreds of made files within the budget of each${unbuilt}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "kwta-bench-"));
    const { code, stdout } = await bench(["fuzz", "--quick", "--json", join(folder, "fuzz.json")]);
    const { rows, notes } = JSON.parse(await readFile(join(folder, "fuzz.json"), "utf8")) as Report;
    await rm(folder, { recursive: true });
    expect([code, notes.filter((note) => !/ files, \d+ refused, 0 beyond/.test(note) && !/busy/.test(note))]).toEqual([
      0,
      [],
    ]);
    expect(stdout).toContain("run.json");
    for (const name of Object.keys(KINDS)) {
      const [, files, refused] = /(\d+) files, (\d+) refused/.exec(notes.find((note) => note.startsWith(`${name}:`))!)!;
      // A grammar whose files are all right, or all wrong, finds nothing.
      expect([name, Number(refused) > 0, Number(refused) < Number(files)]).toEqual([name, true, true]);
      expect(rows.some((row) => row.case === name && row.contestant === "time")).toBe(true);
    }
  },
  240_000,
);

test("a file is the same each time, and its neighbour another", async () => {
  const { make } = await KINDS["zip"]!();
  const file = (index: number): Buffer => Buffer.from(make(new Draws(1, "zip", index)));
  expect(Buffer.compare(file(5), file(5))).toBe(0);
  expect(Buffer.compare(file(5), file(6))).not.toBe(0);
});
