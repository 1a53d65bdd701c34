import { EPSILON } from "../../src/self-check/cases.ts";
import { repaired } from "./self-check-repaired.ts";
import {
  convolution,
  convolutionGradients,
  matrixProduct,
  matrixProductGradients,
  type Geometry,
  type ProductSizes,
} from "./reference.ts";

type Values = readonly number[];

/** The operations of the self-check on plain numbers in double precision. */
export const references: Readonly<Record<string, (...inputs: Values[]) => number[]>> = {
  convolution: (x, filter) => convolution(x, filter, SAME),
  "strided convolution": (x, filter) => convolution(x, filter, STRIDED),
  "wide convolution": (x, filter) => convolution(x, filter, WIDE),
  "depthwise convolution": (x, filter) => convolution(x, filter, DEPTHWISE),
  ...repaired,
  "batch norm in training": (x, scale, offset) => {
    const mean = channels((c) => average(channel(x, c)));
    const variance = channels((c) => average(channel(x, c).map((value) => (value - mean[c]!) ** 2)));
    return normalise(x, mean, variance, scale, offset);
  },
  "batch norm": normalise,
  "max pooling": (x) => pool(x, (values) => Math.max(...values)),
  "average pooling": (x) => pool(x, average),
  "dense layer": (x, weights, bias) =>
    grid([3, 5], (row, column) => {
      const products = Array.from({ length: 7 }, (_, i) => x[row * 7 + i]! * weights[i * 5 + column]!);
      return Math.max(0, sum(products) + bias[column]!);
    }),
  "matrix product": (a, b) => matrixProduct(a, b, PRODUCT),
  "softmax cross-entropy": (logits) => [
    average(
      [5, 0, 2, 2].map((label, row) => {
        const own = logits.slice(row * 6, row * 6 + 6);
        return Math.log(sum(own.map(Math.exp))) - own[label]!;
      }),
    ),
  ],
};

/** The gradients of what is too large for {@link differentiate}, by loops. */
export const gradients: Readonly<Record<string, (inputs: Values[], dy: Values) => number[][]>> = {
  "wide convolution": ([x, filter], dy) => Object.values(convolutionGradients(x!, filter!, dy, WIDE)),
  "matrix product": ([a, b], dy) => Object.values(matrixProductGradients(a!, b!, dy, PRODUCT)),
};

/**
 * The gradient of `sum(dy * f(inputs))` by each input value, by central differences.
 *
 * @see Nocedal, Wright: "Numerical optimization", section 8.1
 */
export function differentiate(f: (...inputs: Values[]) => number[], inputs: Values[], dy: Values): number[][] {
  const objective = (changed: Values[]): number => sum(f(...changed).map((value, i) => value * dy[i]!));
  return inputs.map((values, which) =>
    values.map((value, i) => {
      const at = (shifted: number): number => objective(replace(inputs, which, replace(values, i, shifted)));
      return (at(value + STEP) - at(value - STEP)) / (2 * STEP);
    }),
  );
}

const STEP = 1e-4;

function replace<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((other, i) => (i === index ? value : other));
}

const BATCH_OF_TWO = { batchSize: 2, inChannels: 3, outChannels: 5, filterHeight: 3, filterWidth: 3 };
const SAME: Geometry = {
  ...BATCH_OF_TWO,
  inHeight: 6,
  inWidth: 5,
  outHeight: 6,
  outWidth: 5,
  strideHeight: 1,
  strideWidth: 1,
  padInfo: { top: 1, left: 1 },
};
/** "Same" with stride 2: the odd row and column of zeros comes last, so 7 rows get one before, 6 columns none. */
const STRIDED: Geometry = {
  ...BATCH_OF_TWO,
  inHeight: 7,
  inWidth: 6,
  outHeight: 4,
  outWidth: 3,
  strideHeight: 2,
  strideWidth: 2,
  padInfo: { top: 1, left: 0 },
};
const WIDE: Geometry = {
  ...SAME,
  inHeight: 9,
  inWidth: 9,
  outHeight: 9,
  outWidth: 9,
  inChannels: 16,
  outChannels: 16,
};
const DEPTHWISE: Geometry = { ...SAME, inChannels: 5, outChannels: 10, multiplier: 2 };
const PRODUCT: ProductSizes = { batchA: 1, batchB: 1, rows: 37, inner: 33, columns: 41 };

function normalise(x: Values, mean: Values, variance: Values, scale: Values, offset: Values): number[] {
  return x.map((value, i) => {
    const c = i % 5;
    return ((value - mean[c]!) / Math.sqrt(variance[c]! + EPSILON)) * scale[c]! + offset[c]!;
  });
}

/** 2x2 windows of [2, 4, 6, 3]. */
function pool(x: Values, reduce: (values: number[]) => number): number[] {
  return grid([2, 2, 3, 3], (n, row, column, c) => {
    const at = (h: number, w: number): number => x[((n * 4 + 2 * row + h) * 6 + 2 * column + w) * 3 + c]!;
    return reduce([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]);
  });
}

function channels(value: (c: number) => number): number[] {
  return grid([5], value);
}

function channel(x: Values, c: number): number[] {
  return x.filter((_, i) => i % 5 === c);
}

function grid([size, ...rest]: number[], value: (...index: number[]) => number): number[] {
  return Array.from({ length: size! }, (_, i) => i).flatMap((i) =>
    rest.length === 0 ? value(i) : grid(rest, (...index) => value(i, ...index)),
  );
}

function sum(values: Values): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: Values): number {
  return sum(values) / values.length;
}
