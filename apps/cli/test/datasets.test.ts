import { contactSheet } from "@kwta/viz";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { emptyFolder, kwtaHere } from "./kwta.ts";

test("kwta datasets list says what is where, for people and for programs", async () => {
  const cwd = await emptyFolder();
  const people = await kwtaHere(cwd, ["datasets", "list", "--data-dir", "data"]);
  expect(people.stderr).toBe("");
  expect(people.stdout).toMatch(/^Data folder: data\n/);
  expect(people.stdout).toMatch(/cifar10 .*32 x 32 x 3.*171 MB.*not here yet/);
  expect(people.stdout).toMatch(/glyphs28 .*drawn when needed/);
  const { stdout } = await kwtaHere(cwd, ["datasets", "list", "--json"]);
  const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["cifar100", "svhn", "svhn-extra", "fashion-mnist", "mnist", "folder"]));
});

test("kwta datasets show writes a PNG of all classes", async () => {
  const cwd = await emptyFolder();
  const { code, stdout } = await kwtaHere(cwd, [
    "datasets",
    "show",
    "glyphs28",
    "--samples",
    "20",
    "--columns",
    "5",
    "--json",
  ]);
  expect(code).toBe(0);
  const { out, ids } = JSON.parse(stdout) as { out: string; ids: number[] };
  expect([out, new Set(ids).size]).toEqual(["glyphs28.png", 20]);
  const png = await readFile(join(cwd, "glyphs28.png"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  // 5 columns and 4 rows of images twice as large, 4 pixels between and around them.
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([5 * 60 + 4, 4 * 60 + 4]);
});

test("pictures of a folder are shown, and those that were passed over counted aloud", async () => {
  const cwd = await emptyFolder();
  const dot = contactSheet([{ image: Uint8Array.of(9), shape: [1, 1, 1] }], { columns: 1 });
  for (const folder of ["train/a", "test/a"]) {
    await mkdir(join(cwd, "photos", folder), { recursive: true });
    for (const name of ["x.png", "._x.png", "y.bmp", "z.tif"]) await writeFile(join(cwd, "photos", folder, name), dot);
  }
  const args = ["datasets", "show", "folder", "--data-dir", "photos", "--channels", "1"];
  const { code, stdout, stderr } = await kwtaHere(cwd, args);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 of 1 train images of folder/)]);
  for (const split of ["train", "test"]) {
    expect(stderr).toContain(
      `"photos/${split}": 2 of 3 files passed over: 1 .bmp, 1 .tif. PNG, JPEG and WebP are read.`,
    );
  }
});

test("kwta datasets download and verify name what is wrong, and leave nothing behind", async () => {
  const cwd = await emptyFolder();
  const requests: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url);
    response.writeHead(200).end("not the file");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist`;

  // The official places are out of reach in a test: the first answer is all that is asked for here.
  const missing = await kwtaHere(cwd, ["datasets", "verify", "mnist", "--data-dir", "data"]);
  expect(missing.code).toBe(2);
  expect(missing.stdout).toMatch(/train-images-idx3-ubyte.gz +missing/);
  expect(missing.stderr).toMatch(/4 of 4 files of mnist are not as published/);

  await writeFile(join(cwd, "file"), "in the way");
  const inTheWay = await kwtaHere(cwd, ["datasets", "download", "mnist", "--data-dir", "file", "--mirror", mirror]);
  expect([inTheWay.code, inTheWay.stderr]).toEqual([
    2,
    expect.stringMatching(/Cannot use "file\/mnist": a part of the path is a file/),
  ]);
  expect(requests).toEqual([]);
  expect(await readdir(cwd)).toEqual(["file"]);
});

test.each([
  [["datasets", "fetch"], /Unknown action "fetch". Known: .*list/],
  [["datasets", "download"], /kwta datasets download needs NAME\. The data set; kwta datasets list shows them/],
  [["datasets", "download", "mnits"], /Unknown data set to download "mnits". Known: mnist/],
  [["datasets", "show", "mnist", "--data-dir", "nowhere"], /No MNIST in "nowhere".*kwta datasets download mnist/],
  [["datasets", "show", "glyphs28", "--split", "valid"], /Unknown split "valid". Known: /],
  [["datasets", "show", "glyphs28", "--samples", "0"], /--samples is "0"/],
  [["datasets"], /needs to know what to do: list, download/],
] as [string[], RegExp][])("kwta %j: one sentence, exit code 2", async (args, words) => {
  const cwd = await emptyFolder();
  const { code, stderr } = await kwtaHere(cwd, args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(words)]);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(await readdir(cwd)).toEqual([]);
});
