import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { expectAsOnCpu, numbers, random, startWasm } from "./_engine.ts";

beforeAll(startWasm);

/** Runs a property with a fixed seed. */
function forAll<T>(values: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns = 60): Promise<void> {
  return fc.assert(fc.asyncProperty(values, check), { seed: 3, numRuns }) as Promise<void>;
}

const shape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe("wasm kernels agree with the cpu backend", () => {
  test("sum and mean over any axes, and their gradients", () =>
    forAll(
      fc.record({ shape, choice: fc.integer({ min: 0, max: 31 }), keepDims: fc.boolean() }),
      ({ shape: s, choice, keepDims }) => {
        const axes = s.map((_, axis) => axis).filter((axis) => (choice >> axis) & 1);
        return expectAsOnCpu(() =>
          [tf.sum, tf.mean].flatMap((reduce) => {
            const x = random(s as [number], 1);
            const y = reduce(x, axes, keepDims);
            return [y, tf.grad((a: tf.Tensor) => reduce(a, axes, keepDims))(x, random(y.shape as [number], 2))];
          }),
        );
      },
    ));

  test.each([[[32, 8, 8, 5]], [[1, 4096, 1, 4]], [[6, 7, 9, 16]], [[1024, 33]]])("sums of many rows %j", (s) =>
    expectAsOnCpu(() => tf.sum(random(s as [number], 1), [...s.slice(1).keys()])),
  );

  test("a NaN or an infinity shows in its own column alone", () =>
    expectAsOnCpu(() => {
      const x = tf.buffer(
        [64, 6],
        "float32",
        Float32Array.from({ length: 384 }, (_, i) => i % 7),
      );
      x.set(NaN, 3, 0);
      x.set(-Infinity, 5, 1);
      x.set(Infinity, 5, 2);
      return [tf.sum(x.toTensor(), 0), tf.mean(x.toTensor(), 0)];
    }));

  test("a sum of ones counts exactly", () => {
    const count = tf.tidy(() => numbers(tf.sum(tf.ones([160, 3, 7, 4]), [0, 1, 2])));
    expect(count).toEqual([3360, 3360, 3360, 3360]);
  });

  test("sums of integers stay integers", () => expectAsOnCpu(() => tf.sum(tf.ones([8, 8, 4], "int32"), [0, 1])));

  test("arithmetic with one value per channel, on either side", () =>
    forAll(
      fc.record({
        rows: fc.constantFrom(1, 63, 64, 96, 640),
        columns: fc.constantFrom(1, 2, 3, 16, 90),
        rank: fc.integer({ min: 1, max: 3 }),
      }),
      ({ rows, columns, rank }) =>
        expectAsOnCpu(() => {
          const x = random([rows / (rows % 2 ? 1 : 2), rows % 2 ? 1 : 2, columns], 1);
          const row = random([1, 1, columns].slice(3 - rank) as [number], 2);
          return [tf.add(x, row), tf.sub(x, row), tf.mul(x, row), tf.sub(row, x), tf.add(row, x)];
        }),
    ));

  test("matrix products with either side transposed, in batches too", () =>
    forAll(
      fc.record({
        sizes: fc.tuple(
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 20 }),
        ),
        batch: fc.constantFrom([], [1], [3], [2, 2]),
        transposeA: fc.boolean(),
        transposeB: fc.boolean(),
      }),
      ({ sizes: [m, k, n], batch, transposeA, transposeB }) =>
        expectAsOnCpu(() => {
          const a = random([...batch, ...(transposeA ? [k, m] : [m, k])] as [number, number], 1);
          const b = random([...batch, ...(transposeB ? [n, k] : [k, n])] as [number, number], 2);
          const multiply = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.matMul(x, y, transposeA, transposeB);
          return [multiply(a, b), ...tf.grads(multiply)([a, b])];
        }),
    ));

  test("slices", () =>
    forAll(
      shape.chain((s) =>
        fc.tuple(
          fc.constant(s),
          fc.tuple(
            ...s.map((size) =>
              fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).map(([a, b]) => [Math.min(a, b), Math.abs(a - b) + 1]),
            ),
          ),
        ),
      ),
      ([s, parts]) =>
        expectAsOnCpu(() => {
          const x = random(s as [number], 1);
          const begin = parts.map(([start]) => start!);
          const size = parts.map(([, length]) => length!);
          return [
            tf.slice(x, begin, size),
            tf.slice(x, begin[0]!),
            tf.slice(x, begin, [...size.slice(1).fill(-1), -1]),
          ];
        }),
    ));

  test("tiles", () =>
    forAll(
      shape.chain((s) => fc.tuple(fc.constant(s), fc.tuple(...s.map(() => fc.integer({ min: 1, max: 3 }))))),
      ([s, reps]) => expectAsOnCpu(() => tf.tile(random(s as [number], 1), reps)),
    ));

  test("clones and casts", () =>
    expectAsOnCpu(() => {
      const x = random([3, 4], 1);
      const copy = tf.clone(x);
      x.dispose();
      return [copy, tf.cast(copy, "float32"), tf.cast(tf.mul(copy, 5), "int32"), tf.cast(copy, "bool")];
    }));

  test("max and average pooling and their gradients, also of negative values", () =>
    forAll(
      fc.record({
        size: fc.tuple(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 3, max: 8 })),
        window: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
        strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
        pad: fc.constantFrom("same" as const, "valid" as const),
      }),
      ({ size, window, strides, pad }) =>
        expectAsOnCpu(() =>
          [tf.maxPool, tf.avgPool].flatMap((pool) => {
            const x = tf.sub(random([2, ...size, 3], 1), 0.5) as tf.Tensor4D;
            const y = pool(x, window, strides, pad);
            return [y, tf.grad((a: tf.Tensor) => pool(a as tf.Tensor4D, window, strides, pad))(x, random(y.shape, 2))];
          }),
        ),
    ));

  test("the gradient of gather, whose rows may repeat or be missing", () =>
    expectAsOnCpu(() => {
      const x = random([5, 3], 1);
      const ids = tf.tensor1d([4, 0, 4, 2], "int32");
      return [
        tf.grad((a: tf.Tensor) => tf.gather(a, ids))(x, random([4, 3], 2)),
        tf.unsortedSegmentSum(random([4, 2, 3], 3), tf.tensor1d([1, 7, 1, 0], "int32"), 3),
      ];
    }));

  test("convolution padded to the same size, with an input smaller than the stride", () =>
    expectAsOnCpu(() => {
      const filter = random([2, 2, 2, 3], 2) as tf.Tensor4D;
      return [3, 4, 7].map((size) => tf.conv2d(random([1, size, size, 2], 1) as tf.Tensor4D, filter, 4, "same"));
    }));
});

test("registering the kernels again changes nothing", async () => {
  const kernel = tf.getKernel(tf.Conv2DBackpropFilter, "wasm").kernelFunc;
  const gradient = tf.getGradient(tf.FusedBatchNorm).gradFunc;
  await startWasm();
  expect(tf.getKernel(tf.Conv2DBackpropFilter, "wasm").kernelFunc).toBe(kernel);
  expect(tf.getGradient(tf.FusedBatchNorm).gradFunc).toBe(gradient);
});
