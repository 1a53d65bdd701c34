import { InputError } from "@kwta/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { subset, type Split } from "../src/index.ts";
import { randomSplit } from "./_splits.ts";

const labelLists = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 });

function counts(split: Split): number[] {
  return [0, 1, 2, 3, 4].map((label) => split.labels.filter((other) => other === label).length);
}

test("a subset holds whole samples of the split, each at most once", () => {
  fc.assert(
    fc.property(labelLists, fc.nat(), fc.integer(), (labels, draw, seed) => {
      const split = randomSplit(labels, [2, 2, 3]);
      const size = 1 + (draw % split.size);
      const part = subset(split, size, seed);
      expect(part.size).toBe(size);
      expect(new Set(part.ids).size).toBe(size);
      part.ids.forEach((id, i) => {
        const from = split.ids.indexOf(id);
        expect(part.labels[i]).toBe(split.labels[from]);
        expect(part.images.subarray(12 * i, 12 * i + 12)).toEqual(split.images.subarray(12 * from, 12 * from + 12));
      });
    }),
  );
});

test("classes keep their share: no class could give a sample to another and come nearer to its own", () => {
  fc.assert(
    fc.property(labelLists, fc.nat(), (labels, draw) => {
      const split = randomSplit(labels, [1, 1, 1]);
      const part = counts(subset(split, 1 + (draw % split.size), 5));
      const whole = counts(split);
      // Webster's condition: (n_a - 1/2) / N_a <= (n_b + 1/2) / N_b for all a with samples and b with room.
      const given = part.map((n, c) => (n > 0 ? (n - 0.5) / whole[c]! : 0));
      const next = part.map((n, c) => (n < whole[c]! ? (n + 0.5) / whole[c]! : Infinity));
      expect(Math.max(...given)).toBeLessThanOrEqual(Math.min(...next));
    }),
  );
});

test("balanced classes stay balanced, and smaller subsets are the beginning of larger ones", () => {
  const split = randomSplit(
    Array.from({ length: 100 }, (_, i) => Math.floor(i / 20)),
    [1, 1, 1],
  );
  const part = subset(split, 50, 3);
  expect(counts(part)).toEqual([10, 10, 10, 10, 10]);
  expect(subset(split, 15, 3).ids).toEqual(part.ids.subarray(0, 15));
  expect(subset(split, 50, 4).ids).not.toEqual(part.ids);
  expect(counts(subset(split, 100, 3))).toEqual(counts(split));
});

test.each([0, 101, 1.5, Number.NaN])("a subset of %d out of 100 is refused", (size) => {
  const split = randomSplit(new Array<number>(100).fill(0), [1, 1, 1]);
  expect(() => subset(split, size, 0)).toThrow(InputError);
  expect(() => subset(split, size, 0)).toThrow("from 1 to 100");
});
