import * as tf from "@tensorflow/tfjs-core";
import { at, atBroadcast, broadcastShape, fill, indices, sizeOf, replace, type Nd } from "./nd.ts";
import type { Operation } from "./operation.ts";

interface Unary {
  readonly op: (x: tf.Tensor) => tf.Tensor;
  readonly of: (x: number) => number;
  readonly low?: number;
  readonly high?: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const SELU = [1.0507009873554805, 1.7580993408473768] as const;

/** Activations and what they are made of. */
const UNARY: Readonly<Record<string, Unary>> = {
  abs: { op: tf.abs, of: Math.abs },
  ceil: { op: tf.ceil, of: Math.ceil, low: -3, high: 3 },
  clipByValue: { op: (x) => tf.clipByValue(x, -0.5, 0.25), of: (x) => Math.min(0.25, Math.max(-0.5, x)) },
  cos: { op: tf.cos, of: Math.cos },
  elu: { op: tf.elu, of: (x) => (x >= 0 ? x : Math.exp(x) - 1) },
  erf: { op: tf.erf, of: erf, low: -3, high: 3 },
  exp: { op: tf.exp, of: Math.exp },
  expm1: { op: tf.expm1, of: Math.expm1 },
  floor: { op: tf.floor, of: Math.floor, low: -3, high: 3 },
  leakyRelu: { op: (x) => tf.leakyRelu(x, 0.3), of: (x) => (x > 0 ? x : 0.3 * x) },
  log: { op: tf.log, of: Math.log, low: 0.2, high: 3 },
  log1p: { op: tf.log1p, of: Math.log1p, low: -0.5, high: 3 },
  logSigmoid: { op: tf.logSigmoid, of: (x) => Math.log(sigmoid(x)), low: -4, high: 4 },
  neg: { op: tf.neg, of: (x) => -x },
  reciprocal: { op: tf.reciprocal, of: (x) => 1 / x, low: 0.3, high: 2 },
  relu: { op: tf.relu, of: (x) => Math.max(0, x) },
  relu6: { op: tf.relu6, of: (x) => Math.min(6, Math.max(0, x)), low: -2, high: 9 },
  round: { op: tf.round, of: (x) => Math.round(x), low: -3, high: 3 },
  rsqrt: { op: tf.rsqrt, of: (x) => 1 / Math.sqrt(x), low: 0.3, high: 3 },
  selu: { op: tf.selu, of: (x) => (x >= 0 ? SELU[0] * x : SELU[1] * (Math.exp(x) - 1)) },
  sigmoid: { op: tf.sigmoid, of: sigmoid, low: -4, high: 4 },
  sign: { op: tf.sign, of: Math.sign },
  sin: { op: tf.sin, of: Math.sin },
  softplus: { op: tf.softplus, of: (x) => Math.log1p(Math.exp(x)), low: -4, high: 4 },
  sqrt: { op: tf.sqrt, of: Math.sqrt, low: 0.2, high: 3 },
  square: { op: tf.square, of: (x) => x * x },
  step: { op: (x) => tf.step(x), of: (x) => (x > 0 ? 1 : 0) },
  tanh: { op: tf.tanh, of: Math.tanh, low: -3, high: 3 },
};

/** The integral of its derivative, by Simpson's rule; errors are below 1e-7. */
function erf(x: number): number {
  const steps = 100;
  const h = x / steps;
  let sum = 1 + Math.exp(-x * x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2));
  return ((2 / Math.sqrt(Math.PI)) * (sum * h)) / 3;
}

const unary: readonly Operation[] = Object.entries(UNARY).map(([name, { op, of, low = -1, high = 1 }]) => ({
  name,
  draw(draw) {
    const shape = draw.wholes(draw.whole(1, 4), 1, 4);
    return {
      geometry: { shape },
      inputs: [{ shape, low, high }],
      compute: (x) => op(x!),
      meaning: { kind: "function", of: (x) => ({ shape, values: x!.values.map(of) }) },
    };
  },
}));

interface Binary {
  readonly op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  readonly of: (a: number, b: number) => number;
  readonly low?: number;
}

const BINARY: Readonly<Record<string, Binary>> = {
  add: { op: tf.add, of: (a, b) => a + b },
  atan2: { op: tf.atan2, of: Math.atan2, low: 0.3 },
  div: { op: tf.div, of: (a, b) => a / b, low: 0.3 },
  maximum: { op: tf.maximum, of: Math.max },
  minimum: { op: tf.minimum, of: Math.min },
  mul: { op: tf.mul, of: (a, b) => a * b },
  pow: { op: tf.pow, of: (a, b) => a ** b, low: 0.3 },
  prelu: { op: tf.prelu, of: (a, b) => (a >= 0 ? a : a * b) },
  squaredDifference: { op: tf.squaredDifference, of: (a, b) => (a - b) ** 2 },
  sub: { op: tf.sub, of: (a, b) => a - b },
};

const binary: readonly Operation[] = Object.entries(BINARY).map(([name, { op, of, low = -1 }]) => ({
  name,
  draw(draw) {
    const full = draw.wholes(draw.whole(1, 4), 1, 3);
    const thinned = (): number[] => full.map((size) => (draw.whole(0, 2) === 0 ? 1 : size)).slice(draw.whole(0, 1));
    // The slope of PReLU is as wide as its input at most.
    const [a, b] = name === "prelu" || draw.whole(0, 1) === 0 ? [full, thinned()] : [thinned(), full];
    return {
      geometry: { a, b },
      inputs: [
        { shape: a, low },
        { shape: b, low },
      ],
      compute: (x, y) => op(x!, y!),
      meaning: {
        kind: "function",
        of: (x, y) => fill(broadcastShape(a, b), (index) => of(atBroadcast(x!, index), atBroadcast(y!, index))),
      },
    };
  },
}));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

interface Reduction {
  readonly op: (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor;
  readonly of: (values: number[]) => number;
}

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  logSumExp: { op: tf.logSumExp, of: (values) => Math.log(total(values.map(Math.exp))) },
  max: { op: tf.max, of: (values) => Math.max(...values) },
  mean: { op: tf.mean, of: (values) => total(values) / values.length },
  min: { op: tf.min, of: (values) => Math.min(...values) },
  prod: { op: tf.prod, of: (values) => values.reduce((product, value) => product * value, 1) },
  sum: { op: tf.sum, of: total },
};

const reductions: readonly Operation[] = Object.entries(REDUCTIONS).map(([name, { op, of: reduce }]) => ({
  name,
  draw(draw) {
    const shape = draw.wholes(draw.whole(1, 4), 1, 4);
    const chosen = shape.map((_, axis) => axis).filter(() => draw.whole(0, 1) === 1);
    const axes = chosen.length > 0 ? chosen : [draw.whole(0, shape.length - 1)];
    const keep = draw.pick(true, false);
    const inner = axes.map((axis) => shape[axis]!);
    const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return {
      geometry: { shape, axes, keep },
      inputs: [{ shape }],
      compute: (x) => op(x!, axes, keep),
      meaning: {
        kind: "function",
        of(x) {
          const { values } = fill(kept, (index) =>
            reduce(
              indices(inner).map((place) =>
                at(
                  x!,
                  index.map((i, axis) => place[axes.indexOf(axis)] ?? i),
                ),
              ),
            ),
          );
          return { shape: keep ? kept : kept.filter((_, axis) => !axes.includes(axis)), values };
        },
      },
    };
  },
}));

/** A function of each row along the last axis. */
function byRow(name: string, op: (x: tf.Tensor) => tf.Tensor, of: (row: number[]) => number[]): Operation {
  return {
    name,
    draw(draw) {
      const shape = draw.wholes(draw.whole(1, 3), 1, 5);
      const length = shape.at(-1)!;
      return {
        geometry: { shape },
        inputs: [{ shape, low: -3, high: 3 }],
        compute: (x) => op(x!),
        meaning: {
          kind: "function",
          of: (x) => ({
            shape,
            values: Array.from({ length: sizeOf(shape) / length }, (_, i) =>
              of(x!.values.slice(i * length, (i + 1) * length)),
            ).flat(),
          }),
        },
      };
    },
  };
}

function softmax(row: readonly number[]): number[] {
  const sum = total(row.map(Math.exp));
  return row.map((value) => Math.exp(value) / sum);
}

const rows: readonly Operation[] = [
  byRow("softmax", (x) => tf.softmax(x), softmax),
  byRow(
    "logSoftmax",
    (x) => tf.logSoftmax(x),
    (row) => softmax(row).map(Math.log),
  ),
];

const cumulative: Operation = {
  name: "cumsum",
  draw(draw) {
    const shape = draw.wholes(draw.whole(1, 4), 1, 4);
    const axis = draw.whole(0, shape.length - 1);
    const [exclusive, reverse] = [draw.pick(true, false), draw.pick(true, false)];
    const counts = (from: number, to: number): boolean => {
      if (from === to) return !exclusive;
      return reverse ? from > to : from < to;
    };
    return {
      geometry: { shape, axis, exclusive, reverse },
      inputs: [{ shape }],
      compute: (x) => tf.cumsum(x!, axis, exclusive, reverse),
      meaning: {
        kind: "function",
        of: (x) =>
          fill(shape, (index) =>
            total(
              Array.from({ length: shape[axis]! }, (_, i) =>
                counts(i, index[axis]!) ? at(x!, replace(index, axis, i)) : 0,
              ),
            ),
          ),
      },
    };
  },
};

const choosing: Operation = {
  name: "where",
  draw(draw) {
    const shape = draw.wholes(draw.whole(1, 4), 1, 4);
    const choice = draw.wholes(sizeOf(shape), 0, 1);
    return {
      geometry: { shape },
      inputs: [{ shape }, { shape }],
      compute: (a, b) => tf.where(tf.tensor(choice, shape, "bool"), a!, b!),
      meaning: {
        kind: "function",
        of: (a, b) => ({ shape, values: choice.map((yes, i) => (yes ? a! : b!).values[i]!) }),
      },
    };
  },
};

const EPSILON = 1e-3;

const normalising: Operation = {
  name: "batchNorm",
  draw(draw) {
    const shape = [draw.whole(2, 3), ...draw.wholes(draw.whole(1, 3), 1, 3)];
    const row = [shape.at(-1)!];
    return {
      geometry: { shape },
      inputs: [{ shape }, { shape: row }, { shape: row, low: 0.5, high: 2 }, { shape: row }, { shape: row }],
      compute: (x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x!,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          EPSILON,
        ),
      meaning: {
        kind: "function",
        of: (x, mean, variance, offset, scale) =>
          fill(shape, (index) => {
            const of = (values: Nd | undefined): number => values!.values[index.at(-1)!]!;
            return ((at(x!, index) - of(mean)) / Math.sqrt(of(variance) + EPSILON)) * of(scale) + of(offset);
          }),
      },
    };
  },
};

/** The mean and the variance of each channel, as batch norm in training and layer norm take them. */
const moments: Operation = {
  name: "moments",
  draw(draw) {
    const shape = [draw.whole(2, 3), draw.whole(1, 3), draw.whole(1, 3)];
    const length = shape[0]! * shape[1]!;
    return {
      geometry: { shape },
      inputs: [{ shape }],
      compute(x) {
        const { mean, variance } = tf.moments(x!, [0, 1]);
        return tf.stack([mean, variance]);
      },
      meaning: {
        kind: "function",
        of: (x) =>
          fill([2, shape[2]!], ([which, c]) => {
            const column = x!.values.filter((_, i) => c === i % shape[2]!);
            const mean = total(column) / length;
            return which === 0 ? mean : total(column.map((value) => (value - mean) ** 2)) / length;
          }),
      },
    };
  },
};

/** One value at an index, another elsewhere; an index that there is not is nowhere. */
const oneHot: Operation = {
  name: "oneHot",
  draw(draw) {
    const shape = draw.wholes(draw.whole(1, 2), 1, 4);
    const depth = draw.whole(2, 5);
    const [on, off] = draw.pick([1, 0], [2, -3]) as [number, number];
    const type = draw.pick("float32", "int32");
    return {
      geometry: { shape, depth, on, off, type },
      inputs: [{ shape, low: -1, high: depth + 1 }],
      compute: (x) => tf.cast(tf.oneHot(tf.cast(tf.floor(x!), "int32"), depth, on, off, type), "float32"),
      meaning: {
        kind: "constant",
        of: (x) =>
          fill([...shape, depth], (index) => (Math.floor(at(x!, index.slice(0, -1))) === index.at(-1) ? on : off)),
      },
    };
  },
};

/** Number by number, along axes, and by rows. */
export const numberOperations: readonly Operation[] = [
  ...unary,
  ...binary,
  ...reductions,
  ...rows,
  cumulative,
  choosing,
  normalising,
  moments,
  oneHot,
];
