import { InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { decodeMat, decodeSvhn } from "../src/index.ts";
import { readSvhn } from "../src/index.node.ts";
import { folderWith } from "./_files.ts";
import { expectedImages, fixture } from "./_fixture.ts";

test.each(["compressed", "plain"])("what SciPy wrote is read, label 10 is digit 0: %s", async (kind) => {
  const { size, images, labels } = await decodeSvhn(fixture(`svhn-${kind}.mat`));
  expect([size, ...labels]).toEqual([3, 9, 0, 1]);
  expect(Buffer.compare(images, expectedImages(3, 9))).toBe(0);
});

test("numbers of all kinds come back, other things are left out", async () => {
  const arrays = await decodeMat(fixture("various.mat"));
  expect([...arrays.keys()].sort()).toEqual(["cube", "double", "int16", "logical", "single"]);
  expect(arrays.get("double")).toEqual({ shape: [2, 2], data: Float64Array.of(1.5, 3, -2, 4e300) });
  expect(arrays.get("int16")).toEqual({ shape: [1, 3], data: Int16Array.of(-3, 4, 5) });
  expect(arrays.get("single")!.data[0]).toBe(0.5);
  expect([...arrays.get("logical")!.data]).toEqual([1, 0]);
  // Column by column: [0, 0, 0], [1, 0, 0], [0, 1, 0], ...
  const { shape, data } = arrays.get("cube")!;
  expect(shape).toEqual([2, 3, 4]);
  expect([...data.subarray(0, 7)]).toEqual([0, 12, 4, 16, 8, 20, 1]);
});

/** The same file with all numbers outside the pixels in the other byte order. */
function bigEndian(): Uint8Array<ArrayBuffer> {
  const bytes = fixture("svhn-plain.mat");
  const swapped = bytes.slice();
  const swap = (at: number, count: number) =>
    swapped.set(
      Array.from({ length: count }, (_, i) => bytes[at + count - 1 - i]!),
      at,
    );
  swap(124, 2);
  swap(126, 2);
  const view = new DataView(bytes.buffer);
  const element = (at: number): number => {
    swap(at, 4);
    const word = view.getUint32(at, true);
    const small = word >>> 16;
    if (small === 0) swap(at + 4, 4);
    const [type, length, start] = small ? [word & 0xffff, small, at + 4] : [word, view.getUint32(at + 4, true), at + 8];
    if (type === 14) for (let inner = start; inner < start + length;) inner = element(inner);
    else if (type === 5 || type === 6) for (let i = 0; i < length; i += 4) swap(start + i, 4);
    return small ? at + 8 : start + Math.ceil(length / 8) * 8;
  };
  for (let at = 128; at < bytes.length;) at = element(at);
  return swapped;
}

test("either byte order is read, one that is not what the header says is refused", async () => {
  const { images, labels } = await decodeSvhn(bigEndian());
  expect([...labels]).toEqual([9, 0, 1]);
  expect(Buffer.compare(images, expectedImages(3, 9))).toBe(0);
  const lying = fixture("svhn-plain.mat");
  lying.set(Buffer.from("MI"), 126);
  await expect(decodeSvhn(lying)).rejects.toThrow(/has version 0x1, .*version 5 has 0x100/);
  lying.set([1, 0], 124);
  await expect(decodeSvhn(lying.fill(1, 124, 125).fill(0, 125, 126))).rejects.toThrow(InputError);
});

test("train, extra and test become one data set", async () => {
  const mat = fixture("svhn-compressed.mat");
  const folder = await folderWith({ "svhn/train_32x32.mat": mat, "svhn/test_32x32.mat": fixture("svhn-plain.mat") });
  const data = await readSvhn(folder);
  expect([data.name, data.train.size, data.test.size, data.shape]).toEqual(["svhn", 3, 3, [32, 32, 3]]);
  await expect(readSvhn(folder, { extra: true })).rejects.toThrow(/lacks extra_32x32.mat/);
  const all = await folderWith({ "train_32x32.mat": mat, "extra_32x32.mat": mat, "test_32x32.mat": mat });
  const more = await readSvhn(all, { extra: true });
  expect([more.name, more.train.size, more.train.ids.at(-1)]).toEqual(["svhn-extra", 6, 5]);
});

const plain = fixture("svhn-plain.mat");
const packed = fixture("svhn-compressed.mat");
const at = (bytes: Uint8Array<ArrayBuffer>, position: number, ...values: number[]) => {
  const copy = bytes.slice();
  copy.set(values, position);
  return copy;
};

test.each([
  ["empty", new Uint8Array(0), /has 0 bytes, fewer than the header/],
  ["a page", Buffer.from("<html>".repeat(50)), /no byte order mark/],
  ["version 7.3", at(plain, 124, 0, 2), /version 7\.3, which is not read; save it with -v7/],
  ["no variables", plain.slice(0, 128), /has no arrays, not X and y/],
  ["other variables", fixture("various.mat"), /not X and y/],
  ["cut in a tag", plain.slice(0, 132), /cut short/],
  ["cut in the data", plain.slice(0, 5000), /is cut short: the element at byte 128/],
  ["compressed and cut", packed.slice(0, 400), /cut short/],
  ["compressed and damaged", at(packed, 160, 0xff, 0xff, 0xff, 0xff), /damaged|cut short/],
  ["a bad checksum", at(packed, packed.length - 50, packed.at(-50)! ^ 1), /damaged|cut short|not/],
  ["larger than it has bytes", at(plain, 132, 0xff, 0xff, 0xff, 0x7f), /should have 2147483647 bytes/],
])("%s: refused in one sentence", async (_, bytes, words) => {
  const work = decodeSvhn(new Uint8Array(bytes), "THE FILE");
  await expect(work).rejects.toThrow(InputError);
  await expect(work).rejects.toThrow(words);
  await expect(work).rejects.toThrow(/^THE FILE/);
});

test("damage anywhere ends in images or an InputError", async () => {
  const source = plain.slice();
  let refused = 0;
  for (let i = 0; i < 400; i++) {
    const bytes = source.slice(0, i % 5 === 0 ? (i * 37) % source.length : source.length);
    bytes[(128 + i) % bytes.length] = (i * 89) & 255;
    try {
      const { size, images } = await decodeSvhn(bytes);
      expect(images.length).toBe(size * 3072);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(100);
});
