import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, kwtaHere } from "./kwta.ts";

test("a figure, and the same picture from its data file alone", { timeout: 120_000 }, async () => {
  const cwd = await emptyFolder();
  const made = await kwtaHere(cwd, ["figure", "2"]);
  expect(made.code).toBe(0);
  expect(made.stdout).toContain("seen: All values are those of the paper's figure.");
  const folder = join(cwd, "runs/figures-smoke-glyphs28");
  const pictures = ["figure-2.html", "figure-2.png", "figure-2.svg"];
  expect((await readdir(folder)).sort()).toEqual(["figure-2.html", "figure-2.json", "figure-2.png", "figure-2.svg"]);
  const drawn = [
    "figure",
    "figure-2",
    "--from",
    "runs/figures-smoke-glyphs28/figure-2.json",
    "--out",
    "again",
    "--width",
    "column",
    "--json",
  ];
  const redrawn = await kwtaHere(cwd, drawn);
  expect(redrawn.code).toBe(0);
  expect(JSON.parse(redrawn.stdout)).toMatchObject({ folder: "again", figures: [{ figure: "figure-2" }] });
  expect((await readFile(join(cwd, "again", "figure-2-column.pdf"))).subarray(0, 5).toString()).toBe("%PDF-");
  for (const name of pictures) {
    expect(await readFile(join(cwd, "again", name))).toEqual(await readFile(join(folder, name)));
  }
});

test.each([
  [["figure", "8"], /no figure "8".*figure-1, .*figure-strength, its number alone, or all/],
  [["table", "imagenet"], /no table "imagenet".*table-cifar10, .*its data set alone/],
  [["table", "mnist", "--dataset", "svhn"], /is of mnist. Leave --dataset out/],
  [["figure", "2", "--width", "12cm"], /--width is "12cm". Give column or page/],
  [["figure", "5", "--from", "other.json"], /other.json.*kwta-figure@3/],
  [["figure", "5", "--from", "nowhere"], /no run in "nowhere"/],
] as [string[], RegExp][])("kwta %j: one sentence, exit code 2, nothing written", async (args, message) => {
  const cwd = await emptyFolder();
  await writeFile(join(cwd, "other.json"), '{"schema":"kwta-run@1"}');
  const { code, stdout, stderr } = await kwtaHere(cwd, args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect([code, stdout]).toEqual([2, ""]);
  expect(await readdir(cwd)).toEqual(["other.json"]);
});
