// The gradients of TensorFlow.js's own ops are registered by this import.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { useWay } from "../../../test/use-way.ts";
import { useScopes } from "./use-scopes.ts";
import { kwta } from "../src/index.ts";
import { referenceKwtaGradient, referenceSoftWinners } from "../src/reference.ts";
import { bitPatterns, sortedKwta } from "./sorted-kwta.ts";
import { runsOf, WAYS } from "./ways.ts";

const SPECIAL = [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234663852886e38, Infinity, -Infinity];

describe.each(WAYS)("kwta %s", (way, each) => {
  useWay(each);
  useScopes();

  // A GPU is read asynchronously alone.
  const run = (x: number[][], k: number): Promise<number[][]> => kwta(tf.tensor2d(x), { k }).array();

  test.each([
    ["the paper's figure 2", [0.8, -0.2, -0.4, 1.7, 1.1, 0.9], 3, [0, 0, 0, 1.7, 1.1, 0.9]],
    ["all ties at the threshold stay", [2, 1, 1, 1, 0], 2, [2, 1, 1, 1, 0]],
    ["all values equal", [5, 5, 5], 1, [5, 5, 5]],
    ["negative winners", [-3, -1, -2, -4], 2, [0, -1, -2, 0]],
    ["k = N", [-3, 1, -2], 3, [-3, 1, -2]],
    ["N = 1", [-3], 1, [-3]],
    ["-0 and 0 tie", [-0, 0, -1], 1, [-0, 0, 0]],
    ["the k-th value is infinite", [Infinity, 1, Infinity, 3.4028234663852886e38], 2, [Infinity, 0, Infinity, 0]],
    ["k reaches -infinity", [-Infinity, 1, -3.4028234663852886e38], 3, [-Infinity, 1, -3.4028234663852886e38]],
    ["a NaN shows in its whole sample", [1, NaN, 3], 1, [NaN, NaN, NaN]],
  ])("%s", async (_, x, k, expected) => {
    expect(bitPatterns((await run([x], k))[0]!)).toEqual(bitPatterns(expected.map(Math.fround)));
  });

  test("equals a sort, bit for bit, for any values, per sample", async () => {
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.float({ noNaN: true }) },
      { weight: 3, arbitrary: fc.constantFrom(...SPECIAL) },
      { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }).map((n) => n / 2) },
    );
    const cases = fc
      .record({ batch: fc.integer({ min: 1, max: 4 }), size: fc.integer({ min: 1, max: 40 }) })
      .chain(({ batch, size }) =>
        fc.record({
          rows: fc.array(fc.array(value, { minLength: size, maxLength: size }), { minLength: batch, maxLength: batch }),
          k: fc.integer({ min: 1, max: size }),
          poison: fc.boolean(),
        }),
      );
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, k, poison }) => {
        if (poison) rows[0]![k - 1] = NaN;
        const expected = rows.flatMap((row) => [...sortedKwta(Float32Array.from(row), k).y]);
        const y = tf.tidy(() => kwta(tf.tensor2d(rows), { k }));
        expect(bitPatterns(await y.data())).toEqual(bitPatterns(expected));
        y.dispose();
      }),
      { numRuns: runsOf(way, 200) },
    );
  });

  test("competes over all axes but the first", async () => {
    const values = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => Math.sin(3 * i));
    const y = kwta(tf.tensor4d(values, [2, 3, 4, 5]), { gamma: 0.1 });
    expect(y.shape).toEqual([2, 3, 4, 5]);
    const expected = [values.slice(0, 60), values.slice(60)].flatMap((x) => [...sortedKwta(x, 6).y]);
    expect([...(await y.data())]).toEqual(expected);
  });

  test("an empty batch comes out empty", () => {
    expect(kwta(tf.zeros([0, 7]), { k: 2 }).shape).toEqual([0, 7]);
  });

  const dx = (x: number[][], dy: number[][], k: number, backward: string): Promise<number[][]> => {
    const gradient = tf.grad((input: tf.Tensor) => kwta(input, { k, backward }));
    return gradient(tf.tensor2d(x), tf.tensor2d(dy)).array() as Promise<number[][]>;
  };

  test.each([
    ["exact", [0, 0, 0, 4, 5, 6]],
    ["straight-through", [1, 2, 3, 4, 5, 6]],
    ["relu", [1, 0, 0, 4, 5, 6]],
  ])("gradient %s, and NaN for a sample that holds one", async (backward, expected) => {
    const dy = [1, 2, 3, 4, 5, 6];
    const x = [0.8, -0.2, 0, 1.7, 1.1, 0.9];
    expect(await dx([x, [...x.slice(1), NaN]], [dy, dy], 3, backward)).toEqual([expected, dy.map(() => NaN)]);
  });

  test("the exact gradient passes dy to all ties and copies it whatever it is", async () => {
    expect(await dx([[1, 1, 0]], [[-0, Infinity, NaN]], 1, "exact")).toEqual([[-0, Infinity, 0]]);
  });

  test("the exact gradient is the slope of the forward pass, away from ties", async () => {
    const weights = [0.3, -1.2, 2, 0.7, -0.4, 1.1, 0.9];
    const x = [0.5, -0.25, 1, 0.125, -1, 2, 0.75];
    const at = async (values: number[]): Promise<number> =>
      (await run([values], 3))[0]!.reduce((sum, y, i) => sum + y * weights[i]!, 0);
    const slopes: number[] = [];
    for (const i of x.keys()) {
      const moved = (h: number): number[] => x.map((value, j) => (i === j ? value + h : value));
      slopes.push(((await at(moved(1 / 64))) - (await at(moved(-1 / 64)))) * 32);
    }
    expect(
      (await dx([x], [weights], 3, "exact"))[0]!.map((g, i) => Math.abs(g - slopes[i]!)).every((d) => d < 1e-6),
    ).toBe(true);
  });

  test("the gate gradient is the slope of x sigmoid((x - t) / (T s)) with t and s held", async () => {
    const values = (seed: number): number[] => Array.from({ length: 50 }, (_, i) => 3 * Math.sin(seed + i * i) + 0.5);
    const rows = [values(1), values(2), values(3)];
    const weights = rows.map((row) => row.map((_, i) => Math.cos(i)));
    for (const temperature of [0.05, 0.3, 2]) {
      const slopes = rows.map((row, r) => {
        const x = [...Float32Array.from(row)];
        const t = [...x].sort((a, b) => b - a)[4]!;
        const mean = x.reduce((a, b) => a + b) / x.length;
        const s = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
        const surrogate = (v: number): number => v / (1 + Math.exp(-(v - t) / (temperature * s)));
        return x.map((v, i) => (weights[r]![i]! * (surrogate(v + 1e-5) - surrogate(v - 1e-5))) / 2e-5);
      });
      const gradient = await dx(rows, weights, 5, `gate:${temperature}`);
      expect(gradient).toBeAllclose(slopes, { atol: 1e-4, rtol: 0 });
    }
  });

  test("the soft top-k gradient is the slope of x m, with k soft winners m and s held", async () => {
    const values = (seed: number): number[] => Array.from({ length: 40 }, (_, i) => 3 * Math.sin(seed + i * i) + 0.5);
    const rows = [values(1), values(2)].map((row) => [...Float32Array.from(row)]);
    const weights = rows.map((row) => row.map((_, i) => Math.cos(i)));
    for (const temperature of [0.1, 0.3, 2]) {
      const slopes = rows.map((x, r) => {
        const mean = x.reduce((a, b) => a + b) / x.length;
        const s = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
        const total = (moved: number[]): number =>
          referenceSoftWinners(moved, 9, temperature * s).reduce(
            (sum, m, j) => sum + weights[r]![j]! * moved[j]! * m,
            0,
          );
        const at = (i: number, h: number): number => total(x.map((v, j) => (i === j ? v + h : v)));
        return x.map((_, i) => (at(i, 1e-5) - at(i, -1e-5)) / 2e-5);
      });
      const gradient = await dx(rows, weights, 9, `soft-top-k:${temperature}`);
      expect(gradient).toBeAllclose(slopes, { atol: 5e-3, rtol: 0 });
      for (const [r, x] of rows.entries()) {
        const reference = referenceKwtaGradient(weights[r]!, x, 9, { softTopK: temperature });
        expect(reference).toBeAllclose(slopes[r]!, { atol: 1e-6, rtol: 0 });
      }
    }
  });

  test("a soft top-k of all values, or of two far apart or equal ones, is what it tends to", async () => {
    expect(await dx([[1, 2, 3]], [[4, 5, 6]], 3, "soft-top-k:0.1")).toEqual([[4, 5, 6]]);
    const [far, tied] = await dx(
      [
        [1, -1, -1, -1],
        [1, 1, 0, 0],
      ],
      [
        [1, 2, 3, 4],
        [1, 1, 1, 1],
      ],
      1,
      "soft-top-k:0.1",
    );
    expect(far).toBeAllclose([1, 0, 0, 0], { atol: 1e-3, rtol: 0 });
    expect(tied).toBeAllclose([0.5, 0.5, 0, 0], { atol: 1e-2, rtol: 0 });
  });

  test.each(["gate:0.1", "soft-top-k:0.1"])(
    "%s falls back to the exact gradient for samples without a finite, positive spread",
    async (backward) => {
      const rows = [
        [0.1, 0.1, 0.1, 0.1, 0.1],
        [1, Infinity, 0, 2, 3],
        [1, -Infinity, 0, 2, 3],
        [1, NaN, 0, 2, 3],
      ];
      const dy = rows.map(() => [1, 2, 3, 4, 5]);
      expect(await dx(rows, dy, 2, backward)).toEqual(await dx(rows, dy, 2, "exact"));
      expect(await dx([[7]], [[3]], 1, backward)).toEqual([[3]]);
    },
  );

  test("leaves nothing behind but what it returns", () => {
    const x = tf.tensor3d([0.3, 2, -1, NaN, 1, 5], [2, 3, 1]);
    const count = (f: () => tf.Tensor): number => {
      const before = tf.memory().numTensors;
      f();
      return tf.memory().numTensors - before;
    };
    expect(count(() => kwta(x, { k: 2 }))).toBe(1);
    for (const backward of ["exact", "gate:0.1", "soft-top-k:0.1", "straight-through", "relu"]) {
      expect(count(() => tf.grad((input: tf.Tensor) => kwta(input, { k: 2, backward }))(x, x))).toBe(1);
    }
  });

  test("the forward pass does not depend on the backward choice", async () => {
    const x = tf.tensor2d([[3, 1, 2, -1]]);
    for (const backward of ["exact", "gate:0.1", "soft-top-k:0.1", "straight-through", "relu"]) {
      expect(await kwta(x, { k: 2, backward }).array()).toEqual([[3, 0, 2, 0]]);
    }
  });
});

test("k = floor(gamma N) is the plain floor of the product in doubles, as in the authors' code", async () => {
  await tf.setBackend("cpu");
  const winners = (size: number, gamma: number): number =>
    tf.tidy(() => {
      const y = kwta(tf.reshape(tf.range(1, size + 1), [1, size]), { gamma });
      return y.dataSync().filter((value) => value !== 0).length;
    });
  expect(winners(100, 0.29)).toBe(28);
  expect(winners(65536, 0.1)).toBe(6553);
  expect(winners(8192, 0.08)).toBe(655);
});

test.each([
  [[1, 10], { gamma: 0 }, /gamma is 0; .* between 0 and 1/],
  [[1, 10], { gamma: 1 }, /gamma is 1;/],
  [[1, 10], { gamma: NaN }, /gamma is NaN;/],
  [[1, 64], { gamma: 0.01 }, /keeps floor\(0.01 \* 64\) = 0 winners.*at least 0.01563/],
  [[1, 49], { gamma: 0.02 }, /at least 0.02041/],
  [[1, 1], { gamma: 0.5 }, /wider layer/],
  [[1, 10], { k: 0 }, /k is 0; .* from 1 to 10/],
  [[1, 10], { k: 11 }, /k is 11;/],
  [[1, 10], { k: 1.5 }, /k is 1.5;/],
  [[10], { k: 1 }, /\[batch, ...\], this is float32 of shape \[10\]/],
  [[1, 10], { k: 1, backward: "gate" }, /"gate" is not a complete backward pass. Write it as gate:TEMPERATURE/],
  [[1, 10], { k: 1, backward: "gate:0" }, /must be a positive number/],
  [[1, 10], { k: 1, backward: "soft:1" }, /Unknown backward pass "soft:1". Known: exact, gate:/],
])("kwta of shape %j with %j is refused", (shape, options, message) => {
  tf.tidy(() => {
    expect(() => kwta(tf.zeros(shape), options as { k: number })).toThrow(message);
  });
});

test("an integer tensor is refused", () => {
  tf.tidy(() => {
    expect(() => kwta(tf.zeros([1, 3], "int32"), { k: 1 })).toThrow(/int32/);
  });
});
