import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, kwtaHere } from "./kwta.ts";

test("a piece of the reproduction, with its index and claims", { timeout: 120_000 }, async () => {
  const cwd = await emptyFolder();
  const { code, stdout, stderr } = await kwtaHere(cwd, ["reproduce", "--only", "figure-2", "--out", "all"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/1 part goes to all\..*Takes up to about/s);
  expect(stdout).toMatch(
    /each claim:\n {2}seen: k-WTA keeps the k largest.*\n {2}19 others need parts that are not there\./,
  );
  expect((await readdir(join(cwd, "all"))).sort()).toEqual(
    [
      "results.md",
      "claims.json",
      "claims.md",
      ...["html", "json", "png", "svg"].map((form) => `figure-2.${form}`),
    ].sort(),
  );
  expect(await readFile(join(cwd, "all", "results.md"), "utf8")).toContain("![Figure 2](figure-2.png)");

  const unknown = await kwtaHere(cwd, ["reproduce", "--only", "figure-9"]);
  expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
  expect(unknown.stderr).toMatch(
    /--only names "figure-9"\. The parts are figure-1, .*figure-strength, table-glyphs28\./,
  );
});
