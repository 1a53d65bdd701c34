import { gzipSync } from "node:zlib";
import { InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { decodeIdx } from "../src/index.ts";
import { readMnist } from "../src/index.node.ts";
import { folderWith, idxBytes, mnistFiles } from "./_files.ts";
import { fuzz } from "./_fuzz.ts";

test("an IDX file is its shape and its bytes, wherever it lies in a buffer", () => {
  const bytes = idxBytes([2, 3, 1], [1, 2, 3, 4, 5, 6]);
  const shifted = new Uint8Array([9, 9, 9, ...bytes]).subarray(3);
  for (const file of [bytes, shifted]) {
    expect(decodeIdx(file)).toEqual({ shape: [2, 3, 1], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  }
});

test("damaged IDX files are decoded to what they say or refused in one sentence", () => {
  const data = Uint8Array.from({ length: 60 }, (_, i) => i);
  const refused = fuzz(
    idxBytes([3, 4, 5], data),
    400,
    (bytes) => decodeIdx(bytes, "THE FILE"),
    ({ shape, data: found }, bytes) => {
      expect(shape.reduce((a, b) => a * b, 1)).toBe(found.length);
      expect(found.length + 4 + 4 * shape.length).toBe(bytes.length);
    },
  );
  expect(refused).toBeGreaterThan(200);
});

test.each([
  ["shorter than a header", Uint8Array.of(0, 0, 8), /has 3 bytes, fewer than an IDX header/],
  ["cut in its header", idxBytes([5, 5], []).slice(0, 9), /has 9 bytes, fewer than the header of 12/],
  ["of floats", idxBytes([4], [0, 0, 0, 0]).fill(0x0d, 2, 3), /begins with 00 00 0d 01/],
  ["little-endian", Uint8Array.of(1, 8, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4), /begins with 01 08 00 00/],
  ["of rank 0", Uint8Array.of(0, 0, 8, 0, 1), /begins with 00 00 08 00/],
  ["still packed", new Uint8Array(gzipSync(idxBytes([1], [1]))), /begins with 1f 8b/],
  ["empty inside", idxBytes([0, 28, 28], []), /holds nothing: its header says 0 x 28 x 28/],
  [
    "absurd",
    idxBytes([0xffffffff, 0xffffffff, 0xffffffff], [1, 2, 3]),
    /has 19 bytes, but its header says 4294967295 x/,
  ],
  ["of absurd rank", new Uint8Array(4 + 4 * 255).fill(255).fill(0, 0, 2).fill(8, 2, 3), /its header says 4294967295 x/],
])("an IDX file that is %s is refused", (_, bytes, words) => {
  expect(() => decodeIdx(bytes)).toThrow(InputError);
  expect(() => decodeIdx(bytes)).toThrow(words);
});

const files = mnistFiles();
const packed = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));
const dotted = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.replace("-idx", ".idx"), bytes]));
const inside = (folder: string) =>
  Object.fromEntries(Object.entries(packed).map(([name, bytes]) => [`${folder}/${name}`, bytes]));

test.each([
  ["plain", files],
  ["packed", packed],
  ["with dots", dotted],
  ["in mnist/", inside("mnist")],
  ["in MNIST/raw/", inside("MNIST/raw")],
  ["packed under a plain name", { ...files, "t10k-images-idx3-ubyte": gzipSync(files["t10k-images-idx3-ubyte"]) }],
])("MNIST is read: %s", async (_, content) => {
  const data = await readMnist(await folderWith(content));
  expect([data.train.size, data.test.size, data.train.shape]).toEqual([30, 20, [28, 28, 1]]);
  expect(Buffer.compare(data.train.images, files["train-images-idx3-ubyte"].subarray(16))).toBe(0);
  expect(data.train.labels).toEqual(Int32Array.from(files["train-labels-idx1-ubyte"].subarray(8)));
  expect(Buffer.compare(data.test.images, files["t10k-images-idx3-ubyte"].subarray(16))).toBe(0);
  expect(data.test.labels).toEqual(Int32Array.from(files["t10k-labels-idx1-ubyte"].subarray(8)));
  expect(data.classNames).toEqual([..."0123456789"]);
});

const images = gzipSync(files["train-images-idx3-ubyte"]);
const badSum = Uint8Array.from(images).fill(images.at(-5)! ^ 1, -5, -4);

test.each([
  ["cut gzip", { "train-images-idx3-ubyte.gz": images.subarray(0, images.length / 2) }, /gzip file: it is cut short/],
  ["gzip without its end", { "train-images-idx3-ubyte.gz": images.subarray(0, -4) }, /gzip file: it is cut short/],
  ["wrong checksum", { "train-images-idx3-ubyte.gz": badSum }, /gzip file: it is damaged .*checksum/],
  [
    "decompression bomb",
    { "train-images-idx3-ubyte.gz": gzipSync(new Uint8Array(47_040_017)) },
    /it unpacks to more than such a file can hold/,
  ],
  [
    "a file too long",
    { "train-images-idx3-ubyte.gz": new Uint8Array(47_040_017) },
    /47040017 bytes, more than the 47040016/,
  ],
  ["a web page", { "train-labels-idx1-ubyte.gz": "<html>" }, /labels-idx1-ubyte.gz" begins with 3c 68 74 6d/],
  [
    "labels for images",
    { "train-images-idx3-ubyte.gz": files["train-labels-idx1-ubyte"] },
    /array of 30; MNIST images are N x 28 x 28/,
  ],
  [
    "images for labels",
    { "t10k-labels-idx1-ubyte.gz": files["t10k-images-idx3-ubyte"] },
    /array of 20 x 28 x 28; labels are a list/,
  ],
  [
    "images of another size",
    { "t10k-images-idx3-ubyte.gz": idxBytes([20, 27, 28], new Uint8Array(20 * 27 * 28)) },
    /20 x 27 x 28/,
  ],
  [
    "labels of the other split",
    { "t10k-labels-idx1-ubyte.gz": files["train-labels-idx1-ubyte"] },
    /holds 20 images, but .* 30 labels/,
  ],
  [
    "a label above 9",
    { "t10k-labels-idx1-ubyte.gz": idxBytes([20], new Uint8Array(20).fill(10, 7, 8)) },
    /has label 10 at 7; MNIST has labels 0 to 9/,
  ],
] as [string, Record<string, Uint8Array | string>, RegExp][])("refused: %s", async (_, change, words) => {
  const folder = await folderWith({ ...packed, ...change });
  await expect(readMnist(folder)).rejects.toThrow(InputError);
  await expect(readMnist(folder)).rejects.toThrow(words);
});

test("a wrong or partial folder is described", async () => {
  await expect(readMnist(await folderWith({ "notes.txt": "" }))).rejects.toThrow(
    /No MNIST in ".*": looked for train-images-idx3-ubyte, .*there or in "mnist" or "MNIST\/raw"; it holds notes.txt/,
  );
  const { "t10k-labels-idx1-ubyte.gz": _, ...rest } = packed;
  await expect(readMnist(await folderWith(rest))).rejects.toThrow(/lacks t10k-labels-idx1-ubyte; it holds t10k-images/);
});
