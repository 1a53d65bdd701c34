import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { test } from "vitest";
import { matrixProduct, matrixProductGradients, type ProductSizes } from "../helpers/reference.ts";
import { expectRight, type Operation } from "./operation.ts";
import { describeEach, OTHER_WAYS } from "./ways.ts";

interface Case extends ProductSizes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * A product of [batch, rows, inner] and [batch, inner, columns], either stored transposed, and both its gradients, which
 * tfjs-core has only where the batches are equal.
 */
function productOf(settings: Case): Operation {
  const { batchA, batchB, rows, inner, columns, transposeA = false, transposeB = false } = settings;
  const straighten = (
    values: ArrayLike<number>,
    transpose: boolean,
    height: number,
    width: number,
  ): ArrayLike<number> => (transpose ? transposeEach(values, height, width) : values);
  return {
    inputs: [
      [...leading(batchA), ...(transposeA ? [inner, rows] : [rows, inner])],
      [...leading(batchB), ...(transposeB ? [columns, inner] : [inner, columns])],
    ],
    compute: (a, b) => tf.matMul(a, b, transposeA, transposeB),
    reference([storedA, storedB], dy) {
      const a = straighten(storedA!, transposeA, inner, rows);
      const b = straighten(storedB!, transposeB, columns, inner);
      const output = matrixProduct(a, b, settings);
      if (batchA !== batchB) return { output };
      const { da, db } = matrixProductGradients(a, b, dy, settings);
      return {
        output,
        gradients: [straighten(da, transposeA, rows, inner), straighten(db, transposeB, inner, columns)],
      };
    },
  };
}

/** No axis for a batch of one matrix. */
function leading(batch: number): number[] {
  return batch === 1 ? [] : [batch];
}

function transposeEach(values: ArrayLike<number>, height: number, width: number): number[] {
  return Array.from(values, (_, i) => {
    const matrix = Math.floor(i / (height * width)) * height * width;
    const position = i - matrix;
    return values[matrix + (position % height) * width + Math.floor(position / height)]!;
  });
}

const ORIENTATIONS = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const;

const SIZES: readonly Omit<ProductSizes, "batchA" | "batchB">[] = [
  { rows: 1, inner: 1, columns: 1 },
  { rows: 1, inner: 130, columns: 10 },
  { rows: 9, inner: 1, columns: 7 },
  { rows: 4, inner: 8, columns: 8 },
  { rows: 37, inner: 33, columns: 41 },
  { rows: 65, inner: 100, columns: 10 },
  { rows: 3, inner: 257, columns: 129 },
];

const size = fc.integer({ min: 1, max: 40 });

describeEach(OTHER_WAYS, ({ share }) => {
  const cases = ORIENTATIONS.flatMap(([transposeA, transposeB]) =>
    SIZES.map((sizes) => ({ ...sizes, batchA: 1, batchB: 1, transposeA, transposeB })),
  );
  test.each(cases)("[$rows, $inner] x [$inner, $columns], transposed: $transposeA, $transposeB", (settings) =>
    expectRight(productOf(settings)),
  );

  test("any sizes, transposed or not, in batches, one matrix for a whole batch", async () => {
    const batches = fc.constantFrom([1, 1], [3, 3], [2, 1], [1, 4], [6, 6]);
    const anyCase = fc
      .record({ rows: size, inner: size, columns: size, batches, transposeA: fc.boolean(), transposeB: fc.boolean() })
      .map(({ batches: [batchA, batchB], ...rest }) => ({ ...rest, batchA: batchA!, batchB: batchB! }));
    const property = fc.asyncProperty(anyCase, (settings) => expectRight(productOf(settings)));
    await fc.assert(property, { seed: 3, numRuns: 80 * share });
  });

  test("of rank 4, two axes of batches", () => {
    const sizes = { batchA: 6, batchB: 6, rows: 4, inner: 5, columns: 3 };
    const { reference } = productOf(sizes);
    return expectRight({
      inputs: [
        [2, 3, 4, 5],
        [2, 3, 5, 3],
      ],
      compute: (a, b) => tf.matMul(a, b),
      reference,
    });
  });

  test("fused with a bias and relu", () => {
    const sizes = { batchA: 1, batchB: 1, rows: 13, inner: 21, columns: 18 };
    return expectRight({
      inputs: [[13, 21], [21, 18], [18]],
      compute: (a, b, bias) => tf.fused.matMul({ a: a!, b: b!, bias: bias!, activation: "relu" }),
      reference([a, b, bias], dy) {
        const sums = matrixProduct(a!, b!, sizes).map((sum, i) => sum + bias![i % 18]!);
        const passed = sums.map((sum, i) => (sum > 0 ? dy[i]! : 0));
        const { da, db } = matrixProductGradients(a!, b!, passed, sizes);
        const byBias = Array.from(bias!, (_, c) =>
          passed.reduce((sum, value, i) => (i % 18 === c ? sum + value : sum), 0),
        );
        return { output: sums.map((sum) => Math.max(0, sum)), gradients: [da, db, byBias] };
      },
    });
  });
});
