import { InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { CIFAR100_CLASSES, decodeCifar100 } from "../src/index.ts";
import { readCifar100 } from "../src/index.node.ts";
import { folderWith } from "./_files.ts";
import { expectedImages } from "./_fixture.ts";

/** Record `i` has coarse label `i % 20` and fine label `99 - i`. */
function cifar100Bytes(size: number, salt = 0): Uint8Array {
  const bytes = new Uint8Array(size * 3074);
  for (let i = 0, at = 0; i < size; i++) {
    bytes[at++] = i % 20;
    bytes[at++] = 99 - i;
    for (let j = 0; j < 3072; j++) bytes[at++] = 7 * i + j + salt;
  }
  return bytes;
}

test("records become both labels and NHWC pixels", () => {
  const { size, images, labels, coarseLabels } = decodeCifar100(cifar100Bytes(3, 4));
  expect([size, ...labels, ...coarseLabels]).toEqual([3, 99, 98, 97, 0, 1, 2]);
  expect(Buffer.compare(images, expectedImages(3, 4))).toBe(0);
});

test("the names are a hundred, in alphabetical order, as the labels are", async () => {
  expect(CIFAR100_CLASSES).toHaveLength(100);
  expect([...CIFAR100_CLASSES]).toEqual([...new Set(CIFAR100_CLASSES)].sort());
  const files = { "train.bin": cifar100Bytes(5), "test.bin": cifar100Bytes(2) };
  const data = await readCifar100(await folderWith(files));
  expect([data.train.size, data.test.size, data.classNames[99]]).toEqual([5, 2, "worm"]);
  const named = { ...files, "fine_label_names.txt": Array.from({ length: 100 }, (_, i) => `c${i}\n`).join("") };
  expect((await readCifar100(await folderWith(named))).classNames[99]).toBe("c99");
});

test.each([
  ["CIFAR-10", new Uint8Array(3073), /has 3073 bytes, not a multiple of 3074/],
  ["label 100", cifar100Bytes(1).fill(100, 1, 2), /has label 100 in record 0; CIFAR-100 has labels 0 to 99/],
])("%s is refused", (_, bytes, words) => {
  expect(() => decodeCifar100(bytes)).toThrow(InputError);
  expect(() => decodeCifar100(bytes)).toThrow(words);
});
