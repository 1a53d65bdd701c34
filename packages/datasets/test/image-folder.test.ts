import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { AbortedError, fromBase64, InputError } from "@kwta/core";
import { encode } from "fast-png";
import { expect, test } from "vitest";
import { resize } from "../src/images/resize.ts";
import { decodeImage, loadDataset, readImageFolder } from "../src/index.node.ts";
import { folderWith } from "./_files.ts";
import { fixture, rawFixture } from "./_fixture.ts";

/** Written and read by Pillow. */
const PICTURES = ["rgb.png", "grey.png", "palette.png", "rgba.png", "rgb.jpg", "grey.jpg", "progressive.jpg"];

/** As RGB. */
function colours({ channels, data }: { channels: number; data: Uint8Array }): Uint8Array {
  return channels === 3 ? data : Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]!);
}

test.each(PICTURES)("%s has the pixels that Pillow sees", async (name) => {
  const picture = await decodeImage(rawFixture(name));
  expect([picture.height, picture.width]).toEqual([24, 36]);
  expect(Buffer.compare(colours(picture), fixture(`${name}.raw`))).toBe(0);
});

/** Written by `fixtures/make-pictures.py`, with what Pillow reads. */
const odd = JSON.parse(new TextDecoder().decode(rawFixture("pictures.json"))) as {
  readonly read: Record<
    string,
    { readonly file: string; readonly height: number; readonly width: number; readonly rgb: string }
  >;
  readonly refused: Record<string, string>;
};

test.each(Object.entries(odd.read))("%s: the pixels that Pillow sees", async (_, { file, height, width, rgb }) => {
  const picture = await decodeImage(fromBase64(file));
  expect([picture.height, picture.width]).toEqual([height, width]);
  expect(Buffer.compare(colours(picture), fromBase64(rgb))).toBe(0);
});

test.each(Object.entries(odd.refused))("%s is refused by its name", async (name, file) => {
  const words = new RegExp(`^THE FILE is ${name}, which is not read\\.`);
  await expect(decodeImage(fromBase64(file), "THE FILE")).rejects.toThrow(words);
});

test("16 bits become 8, 1 to 4 bits as well", async () => {
  const { channels, data } = await decodeImage(rawFixture("deep.png"));
  expect(channels).toBe(1);
  expect([...data.subarray(0, 36)]).toEqual(Array.from({ length: 36 }, (_, x) => (x * 1500) >> 8));
  for (const depth of [1, 2, 4] as const) {
    const most = 2 ** depth - 1;
    const values = Array.from({ length: 2 * 7 }, (_, i) => i % (most + 1));
    const rows = [values.slice(0, 7), values.slice(7)].flatMap((row) => pack(row, depth));
    const png = encode({ width: 7, height: 2, depth, channels: 1, data: Uint8Array.from(rows) });
    expect([...(await decodeImage(png)).data]).toEqual(values.map((value) => (value * 255) / most));
  }
});

/** Values of a few bits each, the first in the highest bits of a byte. */
function pack(values: readonly number[], depth: number): number[] {
  const bits = values.map((value) => value.toString(2).padStart(depth, "0")).join("");
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

test.each([
  ["down", 8, 6],
  ["up", 50, 31],
  ["both", 20, 40],
])("scaling %s agrees with Pillow's to the rounding", async (name, width, height) => {
  const picture = await decodeImage(rawFixture("rgb.png"));
  const ours = resize(picture, height, width);
  const theirs = fixture(`resized-${name}-${width}x${height}.raw`);
  expect(ours.length).toBe(theirs.length);
  // Pillow rounds twice, once for each axis.
  expect(Math.max(...ours.map((value, i) => Math.abs(value - theirs[i]!)))).toBeLessThanOrEqual(1);
});

const png = rawFixture("rgb.png");
const jpeg = rawFixture("rgb.jpg");
const huge = png.slice();
huge.set([0, 1, 0, 0, 0, 1, 0, 0], 16);
new DataView(huge.buffer).setUint32(29, crc32(huge.subarray(12, 29)));

test.each([
  ["text", Buffer.from("hello"), /THE FILE is neither a PNG nor a JPEG nor a WebP/],
  ["empty", new Uint8Array(0), /neither/],
  ["a PNG cut short", png.subarray(0, 100), /THE FILE is not a usable PNG/],
  ["a PNG with a bad checksum", png.map((byte, i) => (i === 60 ? byte ^ 1 : byte)), /not a usable PNG/],
  ["a PNG that claims to be huge", huge, /has 65536 x 65536 pixels/],
  ["a JPEG cut in its pixels", jpeg.subarray(0, 800), /not a usable JPEG: its end is missing/],
  ["a JPEG cut in its tables", jpeg.subarray(0, 300), /not a usable JPEG/],
])("%s is refused in one sentence, and the next picture is read", async (_, bytes, words) => {
  const work = decodeImage(new Uint8Array(bytes), "THE FILE");
  await expect(work).rejects.toThrow(InputError);
  await expect(work).rejects.toThrow(words);
  expect(Buffer.compare((await decodeImage(jpeg)).data, fixture("rgb.jpg.raw"))).toBe(0);
});

/** Two classes, three training pictures and one to test by. */
async function example(): Promise<string> {
  return await folderWith({
    "train/cat/b.png": rawFixture("grey.png"),
    "train/cat/a.JPG": rawFixture("rgb.jpg"),
    "train/cat/notes.txt": "not a picture",
    "train/dog/c.png": png,
    "train/.hidden/d.png": "not looked at",
    "val/dog/e.jpeg": rawFixture("progressive.jpg"),
  });
}

test("folders become classes, files samples, in alphabetical order", async () => {
  const folder = await example();
  const done: number[] = [];
  const data = await readImageFolder(folder, { onProgress: (progress) => done.push(progress.done) });
  expect([data.shape, data.classNames, [...data.train.labels], [...data.test.labels]]).toEqual([
    [24, 36, 3],
    ["cat", "dog"],
    [0, 0, 1],
    [1],
  ]);
  const wanted = ["rgb.jpg", "grey.png", "rgb.png"].map((name) => fixture(`${name}.raw`));
  expect(Buffer.compare(data.train.images, Buffer.concat(wanted))).toBe(0);
  expect(data.source).toEqual({ kind: "images", folder });
  expect(data.notes).toEqual([
    `${JSON.stringify(join(folder, "train"))}: 1 of 4 files passed over: 1 .txt. PNG, JPEG and WebP are read.`,
  ]);
  expect(done).toEqual([1, 2, 3, 1]);
});

test("pictures are cut to the middle and scaled, grey or in colour", async () => {
  const folder = await example();
  const square = await readImageFolder(folder, { imageSize: [12, 12] });
  expect([square.shape, square.train.images.length]).toEqual([[12, 12, 3], 3 * 432]);
  const middle = Uint8Array.from({ length: 24 * 24 * 3 }, (_, i) => {
    const [y, x, c] = [Math.floor(i / 72), Math.floor(i / 3) % 24, i % 3];
    return fixture("rgb.png.raw")[(y * 36 + x + 6) * 3 + c]!;
  });
  const expected = resize({ height: 24, width: 24, channels: 3, data: middle }, 12, 12);
  expect(Buffer.compare(square.train.images.subarray(864), expected)).toBe(0);

  const thin = await readImageFolder(folder, { imageSize: [200, 1] });
  expect(thin.train.images.length).toBe(3 * 600);

  const grey = await readImageFolder(folder, { channels: 1 });
  expect(grey.shape).toEqual([24, 36, 1]);
  // Pillow's grey of the same picture.
  const pillow = fixture("grey.png.raw").filter((_, i) => i % 3 === 0);
  expect(Buffer.compare(grey.train.images.subarray(2 * 864), pillow)).toBe(0);
  const loaded = await loadDataset("folder", { dataDir: folder, imageSize: [8, 8], trainSize: 2 });
  expect([loaded.train.size, loaded.shape]).toEqual([2, [8, 8, 3]]);
});

test("what is missing or does not fit is named", async () => {
  await expect(readImageFolder("nowhere")).rejects.toThrow(/no such folder/);
  await expect(readImageFolder(await folderWith({}))).rejects.toThrow(/no folders train\/CLASS/);
  await expect(readImageFolder(await folderWith({ "train/a/x.png": png }))).rejects.toThrow(
    /no folder test \(or val\)/,
  );
  await expect(readImageFolder(await folderWith({ "train/a/x.txt": "x", "test/a/x.png": png }))).rejects.toThrow(
    /"[^"]*train\/a" holds no picture \(PNG, JPEG and WebP\) but 1 \.txt\./,
  );
  await expect(readImageFolder(await folderWith({ "train/a/x.png": png, "test/b/x.png": png }))).rejects.toThrow(
    /test\/b" is a class without training images/,
  );
  await expect(loadDataset("folder")).rejects.toThrow(/name it with --data-dir/);
  const folder = await example();
  await writeFile(
    join(folder, "train/dog/d.png"),
    encode({ width: 5, height: 4, channels: 3, data: new Uint8Array(60) }),
  );
  await expect(readImageFolder(folder)).rejects.toThrow(
    /d\.png" has 4 x 5 pixels, the first picture 24 x 36\. Give imageSize/,
  );
  await writeFile(join(folder, "train/dog/d.png"), png.subarray(0, 80));
  await expect(readImageFolder(folder)).rejects.toThrow(/d\.png" is not a usable PNG/);
});

test("reading stops on request", async () => {
  const folder = await example();
  await mkdir(join(folder, "train/eel"));
  await cp(join(folder, "train/dog/c.png"), join(folder, "train/eel/c.png"));
  const controller = new AbortController();
  const work = readImageFolder(folder, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(work).rejects.toThrow(AbortedError);
});

test("links and folders in classes are followed, hidden files are not looked at", async () => {
  const folder = await folderWith({
    "elsewhere/c/z.png": png,
    "train/a/x.png": png,
    "train/a/below/deeper/w.png": png,
    "train/a/below/v.jfif": jpeg,
    "train/a/._x.png": "Mac OS X",
    "train/a/.cache.png": "nothing",
    "train/a/x.bmp": "not read",
    "train/a/thumbs.png/y.webp": fromBase64(odd.read["webp"]!.file),
    "test/a/x.png": png,
  });
  await symlink(join(folder, "elsewhere/c"), join(folder, "train/c"));
  await symlink(join(folder, "train/a/x.png"), join(folder, "train/a/link.png"));
  await symlink(join(folder, "nowhere.png"), join(folder, "train/a/broken.png"));
  await symlink(join(folder, "train/a"), join(folder, "train/a/below/up"));
  const data = await readImageFolder(folder, { imageSize: [4, 4] });
  expect([data.classNames, [...data.train.labels]]).toEqual([
    ["a", "c"],
    [0, 0, 0, 0, 0, 1],
  ]);
  expect(data.notes).toEqual([expect.stringMatching(/3 of 9 files passed over: 1 \.bmp, 1 broken link, 1 folder met/)]);
});

test("more classes than a byte has values", async () => {
  const dot = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) });
  const names = Array.from({ length: 300 }, (_, i) => `c${String(i).padStart(3, "0")}`);
  const folder = await folderWith({
    ...Object.fromEntries(names.map((name) => [`train/${name}/x.png`, dot])),
    "val/c299/x.png": dot,
  });
  const data = await loadDataset("folder", { dataDir: folder, channels: 1, trainSize: 300 });
  expect([data.classNames.length, data.shape, [...data.test.labels]]).toEqual([300, [1, 1, 1], [299]]);
  expect([...data.train.labels].sort((a, b) => a - b)).toEqual(names.map((_, i) => i));
  await expect(readImageFolder(folder, { channels: 2 as never })).rejects.toThrow(/channels is 2; give 1/);
  await expect(loadDataset("mnist", { channels: 1 })).rejects.toThrow(/mnist are grey\. Leave --channels/);
  await expect(loadDataset("cifar10", { imageSize: [8, 8] })).rejects.toThrow(/size of their own/);
});
