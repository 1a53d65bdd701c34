import { expect, test } from "vitest";
import { keyedRandom, threefry2x32 } from "../src/index.ts";

test.each([
  // Known answers of Random123 (kat_vectors, threefry2x32, 20 rounds): counter, key, output.
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
    [0xc4923a9c, 0x483df7a0],
  ],
] as [number[], number[], number[]][])("threefry2x32 %#", ([c0, c1], [k0, k1], expected) => {
  const out = new Uint32Array(2);
  threefry2x32(k0!, k1!, c0!, c1!, out, 0);
  expect([...out]).toEqual(expected);
});

test("streams depend on every part of the key and on nothing else", () => {
  const draw = (...key: [number, ...(string | number)[]]) => [...keyedRandom(...key).uniform(new Float32Array(9))];
  const base = draw(1, "start", 5, 0);
  expect(draw(1, "start", 5, 0)).toEqual(base);
  for (const other of [
    draw(2, "start", 5, 0),
    draw(1, "noise", 5, 0),
    draw(1, "start", 6, 0),
    draw(1, "start", 5, 1),
  ]) {
    expect(other.filter((value) => base.includes(value))).toEqual([]);
  }
  const random = keyedRandom(1, "start", 5, 0);
  expect(base.map((_, i) => Math.fround(random.at(i)))).toEqual(base);
});

test("a shorter draw is the beginning of a longer one", () => {
  const long = keyedRandom(3, "x").normal(new Float32Array(10));
  expect([...keyedRandom(3, "x").normal(new Float32Array(7))]).toEqual([...long.subarray(0, 7)]);
});

test("moments of uniform and normal numbers", () => {
  const n = 200_000;
  const moments = (values: Float32Array) => {
    const mean = values.reduce((a, b) => a + b, 0) / n;
    return [mean, Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / n)];
  };
  const [uniformMean, uniformDeviation] = moments(keyedRandom(0, "u").uniform(new Float32Array(n), -1, 3));
  expect(Math.abs(uniformMean! - 1)).toBeLessThan(0.01);
  expect(Math.abs(uniformDeviation! - 4 / Math.sqrt(12))).toBeLessThan(0.01);
  const [normalMean, normalDeviation] = moments(keyedRandom(0, "n").normal(new Float32Array(n), 2, 0.5));
  expect(Math.abs(normalMean! - 2)).toBeLessThan(0.005);
  expect(Math.abs(normalDeviation! - 0.5)).toBeLessThan(0.005);
});

test("permutations are permutations, and uniform over positions", () => {
  const counts = new Array(5).fill(0);
  for (let seed = 0; seed < 5000; seed++) {
    const order = keyedRandom(seed, "order").permutation(5);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
    counts[order.indexOf(0)]++;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});
