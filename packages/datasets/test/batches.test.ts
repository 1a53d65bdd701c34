import { InputError } from "@kwta/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  batchCount,
  batches,
  subset,
  type Augmentation,
  type BatchesOptions,
  type ImageShape,
  type Split,
} from "../src/index.ts";
import { cropFlip, pickCropFlip } from "../src/batches/crop-flip.ts";
import { randomSplit } from "./_splits.ts";

const split = randomSplit(Array.from({ length: 23 }, (_, i) => i % 7));
const stride = 5 * 6 * 3;
const plain: BatchesOptions = { batchSize: 5, seed: 1, epoch: 0 };
const varied: BatchesOptions = { ...plain, augment: "crop-flip" };

/** The image of each id that an epoch gave. */
function imagesById(from: Split, options: BatchesOptions): Map<number, Float32Array> {
  const images = new Map<number, Float32Array>();
  for (const { ids, x } of batches(from, options)) {
    ids.forEach((id, i) => images.set(id, x.slice(i * stride, (i + 1) * stride)));
  }
  return images;
}

test("an epoch gives each sample once, with its own pixels and label", () => {
  const all = [...batches(split, plain)];
  expect(all.map(({ index, shape }) => [index, ...shape])).toEqual(
    [5, 5, 5, 5, 3].map((size, index) => [index, size, 5, 6, 3]),
  );
  expect(all.length).toBe(batchCount(split, 5));
  const ids = all.flatMap((batch) => [...batch.ids]);
  expect([...ids].sort((a, b) => a - b)).toEqual([...split.ids]);
  expect(ids).not.toEqual([...split.ids]);
  for (const batch of all) {
    batch.ids.forEach((id, i) => {
      const sample = split.ids.indexOf(id);
      expect(batch.labels[i]).toBe(split.labels[sample]);
      const pixels = split.images.slice(sample * stride, (sample + 1) * stride);
      expect(batch.x.slice(i * stride, (i + 1) * stride)).toEqual(Float32Array.from(pixels, (value) => value / 255));
    });
  }
});

test("the same (seed, epoch) gives the same batches from any batch on; others differ", () => {
  for (const options of [plain, varied]) {
    const all = [...batches(split, options)];
    for (let from = 0; from <= all.length; from++) {
      expect([...batches(split, { ...options, from })]).toEqual(all.slice(from));
    }
    for (const other of [{ seed: 2 }, { epoch: 1 }]) {
      const [first] = batches(split, { ...options, ...other });
      expect(first!.ids).not.toEqual(all[0]!.ids);
    }
  }
});

test("the augmentation of a sample depends on seed, epoch and id alone", () => {
  const base = imagesById(split, varied);
  const part = imagesById(subset(split, 12, 9), { ...varied, batchSize: 12 });
  expect(part.size).toBe(12);
  for (const [id, image] of part) expect(image).toEqual(base.get(id));
  for (const other of [{ seed: 2 }, { epoch: 1 }, { augment: "none" as const }]) {
    const changed = imagesById(split, { ...varied, ...other });
    expect([...base].filter(([id, image]) => image.some((v, i) => v !== changed.get(id)![i])).length).toBeGreaterThan(
      18,
    );
  }
});

/** Pad, crop, mirror: one after the other, on nested arrays. */
function reference(image: number[][][], top: number, left: number, flip: boolean): number[] {
  const black = image[0]![0]!.map(() => 0);
  const blackRow = new Array<number[]>(image[0]!.length + 8).fill(black);
  const four = <T>(value: T) => new Array<T>(4).fill(value);
  const rows = image.map((row) => [...four(black), ...row, ...four(black)]);
  const padded = [...four(blackRow), ...rows, ...four(blackRow)];
  const cropped = padded.slice(top, top + image.length).map((row) => row.slice(left, left + image[0]!.length));
  return (flip ? cropped.map((row) => row.map((_, x) => row.at(-1 - x)!)) : cropped).flat(2);
}

test("crop and flip agree with pad, crop, mirror done one by one", () => {
  const side = fc.integer({ min: 1, max: 12 });
  const place = fc.integer({ min: 0, max: 8 });
  fc.assert(
    fc.property(side, side, fc.constantFrom(1, 3), place, place, fc.boolean(), (h, w, c, top, left, flip) => {
      const shape: ImageShape = [h, w, c];
      const { images } = randomSplit([0, 0], shape, h + w);
      const size = h * w * c;
      const pixel = (y: number, x: number) =>
        Array.from({ length: c }, (_, k) => Math.fround(images[size + (y * w + x) * c + k]! / 255));
      const nested = Array.from({ length: h }, (_, y) => Array.from({ length: w }, (__, x) => pixel(y, x)));
      const out = new Float32Array(size + 2);
      cropFlip(images, 1, shape, { top, left, flip }, out, 1);
      expect([...out]).toEqual([0, ...reference(nested, top, left, flip), 0]);
    }),
  );
});

test("all 162 crops and flips are equally likely", () => {
  const seen = new Map<string, number>();
  const draws = 162 * 100;
  for (let i = 0; i < draws; i++) {
    const key = JSON.stringify(pickCropFlip((i + 0.5) / draws));
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  expect([...seen.values()]).toEqual(new Array(162).fill(100));
  const { top, left } = pickCropFlip(1 - 2 ** -24);
  expect([top, left]).toEqual([8, 8]);
});

test.each([
  [{ batchSize: 0 }, "batch size"],
  [{ batchSize: 2.5 }, "batch size"],
  [{ seed: 0.5 }, "seed"],
  [{ epoch: -1 }, "epoch"],
  [{ from: 6 }, "from 0 to 5"],
  [{ augment: "mixup" as "none" }, "none, crop, flip, cutout, crop-flip"],
  [{ cutoutSize: -1 }, "The side of the cutout is -1"],
])("%j is refused at the call", (bad, words) => {
  expect(() => batches(split, { ...plain, ...bad })).toThrow(InputError);
  expect(() => batches(split, { ...plain, ...bad })).toThrow(words);
});

test("each part of an augmentation does the same alone and with the others", () => {
  const images = (augment: Augmentation, more: object = {}) => imagesById(split, { ...plain, augment, ...more });
  const [both, crop, flip, none] = (["crop-flip", "crop", "flip", "none"] as const).map((each) => images(each));
  const mirror = (image: Float32Array) =>
    image.map((_, at) => image[(Math.floor(at / 18) * 6 + 5 - (Math.floor(at / 3) % 6)) * 3 + (at % 3)]!);
  let mirrored = 0;
  for (const [id, image] of none!) {
    const isMirrored = Buffer.compare(bytesOf(flip!.get(id)!), bytesOf(image)) !== 0;
    if (isMirrored) mirrored++;
    expect(flip!.get(id)).toEqual(isMirrored ? mirror(image) : image);
    expect(both!.get(id)).toEqual(isMirrored ? mirror(crop!.get(id)!) : crop!.get(id));
  }
  expect(mirrored).toBeGreaterThan(4);
  expect(mirrored).toBeLessThan(19);
  // A square that covers all, and one of no size.
  for (const image of images("crop-flip-cutout", { cutoutSize: 20 }).values())
    expect(image.every((v) => v === 0)).toBe(true);
  expect(images("crop-flip-cutout", { cutoutSize: 0 })).toEqual(both);
});

const bytesOf = (image: Float32Array) => new Uint8Array(image.buffer, image.byteOffset, image.byteLength);

test("cutout blackens a square, cut off at the border, its middle anywhere", () => {
  const white: Split = {
    ...randomSplit(new Array(4000).fill(0), [7, 9, 2]),
    images: new Uint8Array(4000 * 126).fill(255),
  };
  const middles = new Map<string, number>();
  for (const { x } of batches(white, { batchSize: 4000, seed: 3, epoch: 0, augment: "cutout", cutoutSize: 3 })) {
    for (let i = 0; i < 4000; i++) {
      const image = x.subarray(i * 126, (i + 1) * 126);
      const black = [...image.keys()].filter((at) => image[at] === 0);
      const rows = black.map((at) => Math.floor(at / 18));
      const columns = black.map((at) => Math.floor(at / 2) % 9);
      const [top, bottom, left, right] = [
        Math.min(...rows),
        Math.max(...rows),
        Math.min(...columns),
        Math.max(...columns),
      ];
      // A rectangle with all channels; thinner than 3 only at the border.
      expect(black.length).toBe((bottom - top + 1) * (right - left + 1) * 2);
      if (top > 0 && bottom < 6) expect(bottom - top).toBe(2);
      if (left > 0 && right < 8) expect(right - left).toBe(2);
      const y = top > 0 ? top + 1 : bottom - 1;
      const middle = `${y},${left > 0 ? left + 1 : right - 1}`;
      middles.set(middle, (middles.get(middle) ?? 0) + 1);
    }
  }
  expect(middles.size).toBe(63);
  // 63.5 on average; five standard deviations.
  for (const count of middles.values()) expect(Math.abs(count - 4000 / 63)).toBeLessThan(40);
});
