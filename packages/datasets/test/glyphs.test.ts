import { createHash } from "node:crypto";
import { InputError } from "@kwta/core";
import { expect, test } from "vitest";
import { drawGlyph, makeGlyphs, type Split } from "../src/index.ts";
import { centred, linearAccuracy, meanOf } from "./_linear.ts";

const NAMES = ["glyphs28", "glyphs32"] as const;

test.each(NAMES)("%s: a sample drawn alone is the one in the set, in any order", async (name) => {
  const { train, test: held, shape } = await makeGlyphs(name, { seed: 5, trainSize: 30, testSize: 20 });
  const stride = shape[0] * shape[1] * shape[2];
  for (const id of [29, 3, 17, 0]) {
    const alone = drawGlyph(name, "train", id, { seed: 5 });
    expect(Buffer.compare(alone, train.images.subarray(id * stride, (id + 1) * stride))).toBe(0);
  }
  const alone = drawGlyph(name, "test", 7, { seed: 5 });
  expect(Buffer.compare(alone, held.images.subarray(7 * stride, 8 * stride))).toBe(0);
  const larger = await makeGlyphs(name, { seed: 5, trainSize: 40, testSize: 20 });
  expect(Buffer.compare(larger.train.images.subarray(0, train.images.length), train.images)).toBe(0);
  expect(Buffer.compare(larger.test.images, held.images)).toBe(0);
  expect([...train.labels]).toEqual(Array.from({ length: 30 }, (_, i) => i % 10));
});

test.each(NAMES)("%s: seed, split, id and difficulty all matter", (name) => {
  const images = [
    drawGlyph(name, "train", 3),
    drawGlyph(name, "train", 13),
    drawGlyph(name, "test", 3),
    drawGlyph(name, "train", 3, { seed: 1 }),
    drawGlyph(name, "train", 3, { difficulty: 0.51 }),
  ];
  expect(new Set(images.map((image) => image.join())).size).toBe(images.length);
});

test("the images are the same bytes on every machine and in every version of this generator", () => {
  const digest = (name: (typeof NAMES)[number]) => {
    const hash = createHash("sha256");
    for (const difficulty of [0, 0.5, 1]) {
      for (let id = 0; id < 40; id++) hash.update(drawGlyph(name, "train", id, { difficulty }));
    }
    return hash.digest("hex").slice(0, 16);
  };
  // When these change on purpose, raise GENERATOR in src/glyphs.ts: results made before cannot be compared.
  expect(NAMES.map(digest)).toEqual(["c5cf2ab833014def", "3eb747853ee9d241"]);
});

test("glyphs28 is bright ink on black that never touches the edge", async () => {
  const { train } = await makeGlyphs("glyphs28", { difficulty: 1, trainSize: 500, testSize: 1 });
  for (let i = 0; i < train.size; i++) {
    const image = train.images.subarray(i * 784, (i + 1) * 784);
    expect(Math.max(...image)).toBeGreaterThan(230);
    const edge = image.filter((_, at) => at < 28 || at >= 756 || at % 28 === 0 || at % 28 === 27);
    expect(Math.max(...edge)).toBe(0);
  }
});

/** Share of the first `count` test samples whose nearest training sample is of their class. */
function nearestNeighbourAccuracy(train: Split, held: Split, count: number): number {
  const mean = meanOf(train);
  const [x, y] = [centred(train, mean), centred(held, mean)];
  let right = 0;
  for (let i = 0; i < count; i++) {
    let best = { distance: Infinity, label: -1 };
    for (let j = 0; j < train.size; j++) {
      let distance = 0;
      for (let p = 0; p < mean.length; p++) {
        const difference = x[j * mean.length + p]! - y[i * mean.length + p]!;
        distance += difference * difference;
      }
      if (distance < best.distance) best = { distance, label: train.labels[j]! };
    }
    if (best.label === held.labels[i]) right++;
  }
  return right / count;
}

test("glyphs28: a linear classifier stays far below the nearest neighbour, and easy digits are easy", async () => {
  const hard = await makeGlyphs("glyphs28", { trainSize: 2000, testSize: 1000 });
  const linear = linearAccuracy(hard.train, hard.test, 8);
  expect(linear.test).toBeLessThan(0.6);
  expect(linear.test).toBeGreaterThan(0.4);
  expect(nearestNeighbourAccuracy(hard.train, hard.test, 150)).toBeGreaterThan(0.74);
  const easy = await makeGlyphs("glyphs28", { trainSize: 500, testSize: 500, difficulty: 0 });
  expect(linearAccuracy(easy.train, easy.test, 4).test).toBeGreaterThan(0.97);
});

test("glyphs32: raw pixels say little to a linear classifier", async () => {
  const { train, test: held } = await makeGlyphs("glyphs32", { trainSize: 800, testSize: 500 });
  const accuracy = linearAccuracy(train, held, 4);
  expect(accuracy.test).toBeLessThan(0.3);
  expect(accuracy.train).toBeGreaterThan(accuracy.test);
});

test.each([{ difficulty: 1.1 }, { difficulty: Number.NaN }, { trainSize: 0 }, { testSize: 2.5 }, { seed: 0.1 }])(
  "%j is refused",
  async (bad) => {
    await expect(makeGlyphs("glyphs28", bad)).rejects.toThrow(InputError);
  },
);

test("drawing reports progress and stops on request", async () => {
  const seen: number[] = [];
  await makeGlyphs("glyphs28", { trainSize: 100, testSize: 50, onProgress: ({ done }) => seen.push(done) });
  expect(seen).toEqual([0, 64, 100, 150]);
  const controller = new AbortController();
  const work = makeGlyphs("glyphs32", { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(work).rejects.toMatchObject({ name: "AbortError" });
});
