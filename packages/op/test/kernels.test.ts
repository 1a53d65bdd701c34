import fc from "fast-check";
import { expect, test } from "vitest";
import { kwtaKernel } from "../src/kernels/typed-array/kwta-kernel.ts";
import { bitsOf, kthLargestKey, orderedKey } from "../src/kernels/typed-array/select.ts";

const floatOfKey = (key: number): number => new Float32Array(Int32Array.of(orderedKey(key)).buffer)[0]!;

test("keys order all floats, and give them back", () => {
  const ascending = [
    -Infinity,
    -3.4e38,
    -1,
    -(2 ** -126),
    -(2 ** -149),
    -0,
    0,
    2 ** -149,
    2 ** -126,
    1,
    3.4e38,
    Infinity,
  ];
  const values = Float32Array.from(ascending);
  const keys = [...bitsOf(values)].map(orderedKey);
  expect([...keys].sort((a, b) => a - b)).toEqual(keys);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.map(floatOfKey)).toEqual([...values]);
});

test("the k-th largest of any bit patterns is that of a sort, within a slice", () => {
  fc.assert(
    fc.property(
      // Few distinct high digits make the later digits decide.
      fc.array(fc.oneof(fc.integer(), fc.integer({ min: 0x3f800000, max: 0x3f8007ff })), {
        minLength: 1,
        maxLength: 300,
      }),
      fc.nat(),
      fc.nat({ max: 5 }),
      (patterns, seed, offset) => {
        const bits = Int32Array.from([...new Array<number>(offset).fill(7), ...patterns, 7]);
        const k = 1 + (seed % patterns.length);
        const key = kthLargestKey(bits, offset, offset + patterns.length, k);
        const values = new Float32Array(Int32Array.from(patterns).buffer);
        if (values.some(Number.isNaN)) expect(key).toBeNaN();
        else expect(key).toBe(patterns.map(orderedKey).sort((a, b) => b - a)[k - 1]);
      },
    ),
    { numRuns: 500 },
  );
});

test("a large sample after a small one and a small one after it", () => {
  const select = (n: number, k: number): number => {
    // Multiplying by an odd number permutes 0 .. 2^16 - 1.
    const values = Float32Array.from({ length: n }, (_, i) => ((i * 40503) % 65536) - 1000);
    return floatOfKey(kthLargestKey(bitsOf(values), 0, n, k));
  };
  expect([select(1, 1), select(65536, 6553), select(65536, 65536), select(2, 1)]).toEqual([-1000, 57983, -1000, 39503]);
});

test("works in place on views into a larger memory", () => {
  const heap = new Float32Array(32).fill(9);
  heap.set([1, 4, 2, 3], 3);
  const threshold = heap.subarray(20, 21);
  kwtaKernel.run([heap.subarray(3, 7)], [heap.subarray(10, 14), threshold], [[1, 4]], { k: 2 });
  expect([...heap.subarray(9, 15)]).toEqual([9, 0, 4, 0, 3, 9]);
  expect(threshold[0]).toBe(3);
});
