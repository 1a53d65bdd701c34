import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AbortedError, InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { decodeCifar10 } from "../src/index.ts";
import { readCifar10 } from "../src/index.node.ts";
import { cifarBytes, cifarFiles, folderWith } from "./_files.ts";
import { fuzz } from "./_fuzz.ts";

test("records become labels and NHWC pixels", () => {
  const { size, images, labels } = decodeCifar10(cifarBytes(12, 3));
  expect([size, ...labels]).toEqual([12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  const wrong = images.findIndex((value, at) => {
    const [i, pixel, channel] = [Math.floor(at / 3072), Math.floor(at / 3) % 1024, at % 3];
    return value !== (7 * i + 1024 * channel + pixel + 3) % 256;
  });
  expect([images.length, wrong]).toEqual([12 * 3072, -1]);
});

test("damaged files are decoded to what they say or refused in one sentence", () => {
  const refused = fuzz(
    cifarBytes(3),
    300,
    (bytes) => decodeCifar10(bytes, "THE FILE"),
    ({ size, images, labels }, bytes) => {
      expect(size * 3073).toBe(bytes.length);
      expect(images.length).toBe(size * 3072);
      expect(Math.max(...labels)).toBeLessThan(10);
    },
  );
  expect(refused).toBeGreaterThan(150);
});

test.each(["", "cifar-10-batches-bin/"])("the official layout is read from the data folder (%j)", async (inside) => {
  const folder = await folderWith(cifarFiles(inside));
  const done: number[] = [];
  const data = await readCifar10(folder, { onProgress: (progress) => done.push(progress.done) });
  expect([data.train.size, data.test.size, data.train.shape]).toEqual([100, 10, [32, 32, 3]]);
  expect(data.classNames).toEqual("airplane automobile bird cat deer dog frog horse ship truck".split(" "));
  for (let i = 1; i <= 5; i++) {
    const part = data.train.images.subarray((i - 1) * 20 * 3072, i * 20 * 3072);
    expect(Buffer.compare(part, decodeCifar10(cifarBytes(20, i)).images)).toBe(0);
  }
  expect(Buffer.compare(data.test.images, decodeCifar10(cifarBytes(10, 99)).images)).toBe(0);
  expect([...data.train.ids]).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(data.source).toEqual({ kind: "files", folder: join(folder, inside).replace(/\/$/, "") });
  expect(done).toEqual([1, 2, 3, 4, 5, 6]);
});

test("batches.meta.txt names the classes, the official names stand in for it", async () => {
  const folder = await folderWith({
    ...cifarFiles(),
    "batches.meta.txt": "a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\nj\r\n",
  });
  expect((await readCifar10(folder)).classNames.join("")).toBe("abcdefghij");
  await rm(join(folder, "batches.meta.txt"));
  expect((await readCifar10(folder)).classNames[9]).toBe("truck");
  await writeFile(join(folder, "batches.meta.txt"), "apple\nbear\n");
  await expect(readCifar10(folder)).rejects.toThrow(/names 2 classes; CIFAR-10 has 10/);
});

test.each([
  ["cut short", cifarBytes(20).slice(0, 50_000), /data_batch_3.bin" has 50000 bytes, not a multiple of 3073/],
  ["empty", new Uint8Array(0), /has 0 bytes/],
  ["foreign", "<html>Not found</html>", /has 22 bytes, not a multiple of 3073/],
  ["CIFAR-100", new Uint8Array(3074 * 5), /has 15370 bytes, not a multiple of 3073/],
  ["label 10", cifarBytes(20).fill(10, 5 * 3073, 5 * 3073 + 1), /has label 10 in record 5; CIFAR-10 has labels 0 to 9/],
  ["too long", new Uint8Array(30_730_001), /has 30730001 bytes, more than the 30730000/],
])("a file that is %s is refused", async (_, content, words) => {
  const folder = await folderWith({ ...cifarFiles(), "data_batch_3.bin": content });
  await expect(readCifar10(folder)).rejects.toThrow(InputError);
  await expect(readCifar10(folder)).rejects.toThrow(words);
});

test("a folder that holds something else is described", async () => {
  const empty = await folderWith({});
  await expect(readCifar10(empty)).rejects.toThrow(/looked for data_batch_1.bin, .*; the folder is empty\. Unpack/);
  await expect(readCifar10(join(empty, "nowhere"))).rejects.toThrow(/there is no such folder/);
  const python = await folderWith({ "cifar-10-batches-mat/data_batch_1.mat": "x", "readme.html": "y" });
  await expect(readCifar10(python)).rejects.toThrow(
    /it holds cifar-10-batches-mat, readme.html. .*binary version.*"kwta datasets download cifar10".*KWTA_DATA_DIR/,
  );
  await expect(readCifar10(join(python, "readme.html"))).rejects.toThrow(/it is a file, not a folder/);
  const full = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`photo${i}.jpg`, ""]));
  await expect(readCifar10(await folderWith(full))).rejects.toThrow(/photo0.jpg, .* and 22 more/);
});

test("a missing file is named", async () => {
  const folder = await folderWith(cifarFiles("cifar-10-batches-bin/"));
  await rm(join(folder, "cifar-10-batches-bin/data_batch_4.bin"));
  await expect(readCifar10(folder)).rejects.toThrow(
    /cifar-10-batches-bin" lacks data_batch_4.bin; it holds batches.meta/,
  );
});

test("reading stops on request", async () => {
  const folder = await folderWith(cifarFiles());
  const controller = new AbortController();
  const work = readCifar10(folder, { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(work).rejects.toThrow(AbortedError);
});
