// The gradients of TensorFlow.js's own ops are registered by this import.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { useWay } from "../../../test/use-way.ts";
import { useScopes } from "./use-scopes.ts";
import { activationLayer, breakRelu, kwta, kwtaAbs, kwtaChannel, lwta, maxPoolGroups } from "../src/index.ts";
import { referenceKwta, referenceKwtaGradient, referenceSoftWinners } from "../src/reference.ts";
import {
  absReference,
  breakReluReference,
  channelReference,
  lwtaReference,
  maxPoolReference,
  type Reference,
} from "./family-reference.ts";
import { bitPatterns } from "./sorted-kwta.ts";
import { flushesDenormals, runsOf, WAYS } from "./ways.ts";

/** A member at some setting: what TensorFlow.js computes, and what it should. */
interface Member {
  readonly run: (x: tf.Tensor) => tf.Tensor;
  readonly reference: Reference;
}

/** Sizes that suit a member, and the member. */
interface Case {
  readonly positions: number;
  readonly channels: number;
  readonly member: Member;
}

const gammaOf = (k: number, size: number): number => (k + 0.5) / size;
const int = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/** A member that competes along the positions; gamma keeps at least 1 and loses at least 1. */
const alongPositions = (make: (k: number, gamma: number) => Member): fc.Arbitrary<Case> =>
  fc
    .record({ positions: int(2, 9), channels: int(1, 5) })
    .chain(({ positions, channels }) =>
      int(1, positions - 1).map((k) => ({ positions, channels, member: make(k, gammaOf(k, positions)) })),
    );

const inGroups = (make: (size: number) => Member): fc.Arbitrary<Case> =>
  fc
    .record({ positions: int(1, 5), groups: int(1, 4), size: int(2, 4) })
    .map(({ positions, groups, size }) => ({ positions, channels: groups * size, member: make(size) }));

const MEMBERS: Record<string, fc.Arbitrary<Case>> = {
  "kwta-channel": alongPositions((k, gamma) => ({
    run: (x) => kwtaChannel(x, { gamma }),
    reference: channelReference(k),
  })),
  "kwta-abs": alongPositions((k, gamma) => ({ run: (x) => kwtaAbs(x, { gamma }), reference: absReference(k) })),
  lwta: inGroups((size) => ({ run: (x) => lwta(x, { size }), reference: lwtaReference(size) })),
  "max-pool": inGroups((size) => ({ run: (x) => maxPoolGroups(x, { size }), reference: maxPoolReference(size) })),
  "break-relu": fc
    .record({ positions: int(1, 6), channels: int(1, 6), height: fc.constantFrom(0.5, 5) })
    .map(({ height, ...sizes }) => ({
      ...sizes,
      member: { run: (x) => breakRelu(x, { height }), reference: breakReluReference(height) },
    })),
};

const SPECIAL = [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234663852886e38, Infinity, -Infinity, NaN];
const value = fc.oneof(
  { weight: 6, arbitrary: fc.float({ noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(...SPECIAL) },
  { weight: 6, arbitrary: int(-2, 2) },
);

const firstDifference = (found: Float32Array, expected: Float32Array): number =>
  found.length === expected.length ? found.findIndex((v, i) => !Object.is(v, expected[i])) : 0;

/** Equal as bits, but for the sign of 0: the larger of 0 and -0 is either. */
const bits = (values: ArrayLike<number>): number[] => bitPatterns(values).map((b) => (b === 1 << 31 ? 0 : b));

describe.each(WAYS)("%s", (way, each) => {
  useWay(each);
  useScopes();

  test.each(Object.entries(MEMBERS))("%s and its gradient equal a sort, for any values", async (name, cases) => {
    const values =
      flushesDenormals(way) && name === "max-pool"
        ? value.filter((v) => !(Math.abs(v) > 0 && Math.abs(v) < 2 ** -126))
        : value;
    const samples = cases.chain(({ positions, channels, member }) => {
      const row = fc.array(values, { minLength: channels, maxLength: channels });
      const sample = fc.array(row, { minLength: positions, maxLength: positions });
      return fc.record({ member: fc.constant(member), x: fc.array(sample, { minLength: 1, maxLength: 3 }) });
    });
    const property = fc.asyncProperty(samples, async ({ member: { run, reference }, x }) => {
      const expected = x.map((sample) => reference.forward(sample));
      const dy = expected.map((sample, b) => sample.map((row, p) => row.map((_, c) => b - 2 * p + 0.25 * c + 0.5)));
      const input = tf.tensor3d(x);
      const compare = name === "max-pool" ? bits : bitPatterns;
      expect(compare(await run(input).data())).toEqual(compare(expected.flat(2)));
      const dx = x.flatMap((sample, b) => reference.gradient(dy[b]!, sample).flat());
      expect(bits(await tf.grad(run)(input, tf.tensor3d(dy)).data())).toEqual(bits(dx));
    });
    await fc.assert(property, { numRuns: runsOf(way, 100) });
  });

  test.each([1, runsOf(way, 4096)])("a batch of %i", async (batch) => {
    const x = Array.from({ length: batch }, (_, b) =>
      [0, 1, 2, 3].map((p) => [0, 1].map((c) => Math.fround(Math.sin(7 * b + p + 3 * c)))),
    );
    const all: Member[] = [
      { run: (t) => kwtaChannel(t, { gamma: 0.5 }), reference: channelReference(2) },
      { run: (t) => kwtaAbs(t, { gamma: 0.5 }), reference: absReference(2) },
      { run: (t) => lwta(t, { size: 2 }), reference: lwtaReference(2) },
      { run: (t) => maxPoolGroups(t, { size: 2 }), reference: maxPoolReference(2) },
      { run: (t) => breakRelu(t, { height: 1 }), reference: breakReluReference(1) },
    ];
    const input = tf.tensor3d(Float32Array.from(x.flat(2)), [batch, 4, 2]);
    for (const { run, reference } of all) {
      const expected = Float32Array.from(x.flatMap((sample) => reference.forward(sample).flat()));
      expect(firstDifference(await run(input).data<"float32">(), expected)).toBe(-1);
    }
    const flat = x.map((sample) => sample.flat());
    const expected = Float32Array.from(flat.flatMap((sample) => referenceKwta(sample, 3).y));
    const found = await kwta(tf.reshape(input, [batch, 8]), { k: 3 }).data<"float32">();
    expect(firstDifference(found, expected)).toBe(-1);
  });

  test("the paper's figure 2", async () => {
    const column = tf.tensor2d([[0.8, -0.2, -0.4, 1.7, 1.1, 0.9]]);
    const rounded = async (y: tf.Tensor): Promise<number[]> =>
      [...(await y.data())].map((v) => Math.round(v * 1e6) / 1e6);
    expect(await rounded(tf.relu(column))).toEqual([0.8, 0, 0, 1.7, 1.1, 0.9]);
    expect(await rounded(maxPoolGroups(column, { size: 2 }))).toEqual([0.8, 1.7, 1.1]);
    expect(await rounded(lwta(column, { size: 2 }))).toEqual([0.8, 0, 0, 1.7, 1.1, 0]);
    expect(await rounded(kwta(column, { k: 3 }))).toEqual([0, 0, 0, 1.7, 1.1, 0.9]);
  });

  test("relu is TensorFlow.js's own: a NaN and an infinity stay where they are", async () => {
    const least = flushesDenormals(way) ? 2 ** -126 : 2 ** -149;
    const y = activationLayer("relu").apply(tf.tensor2d([[NaN, -0, least, Infinity, -Infinity]])) as tf.Tensor;
    // Adding 0 makes -0 a 0: either is right.
    expect([...(await y.data())].map((v) => v + 0)).toEqual([NaN, 0, least, Infinity, 0]);
  });

  test("the channels of a dense layer's output are one channel", async () => {
    const x = tf.tensor2d([[3, -5, 1, 2]]);
    expect(await kwtaChannel(x, { gamma: 0.5 }).array()).toEqual([[3, 0, 0, 2]]);
    expect(await kwtaAbs(x, { gamma: 0.5 }).array()).toEqual([[3, -5, 0, 0]]);
  });

  test("images: channels last", async () => {
    const values = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => Math.sin(3 * i));
    const x = tf.tensor4d(values, [2, 3, 4, 5]);
    const reshaped = tf.reshape(x, [2, 12, 5]);
    for (const run of [kwtaChannel, kwtaAbs]) {
      const y = run(x, { gamma: 0.3 }) as tf.Tensor;
      expect(y.shape).toEqual([2, 3, 4, 5]);
      expect(await y.data()).toEqual(await (run(reshaped, { gamma: 0.3 }) as tf.Tensor).data());
    }
    expect(maxPoolGroups(x, { size: 5 }).shape).toEqual([2, 3, 4, 1]);
    expect(maxPoolGroups(tf.zeros([0, 4]), { size: 2 }).shape).toEqual([0, 2]);
    expect(lwta(tf.zeros([0, 4]), { size: 2 }).shape).toEqual([0, 4]);
    expect(breakRelu(tf.zeros([0, 4]), { height: 2, backward: "gate:1" }).shape).toEqual([0, 4]);
  });

  const dx = async (run: (x: tf.Tensor) => tf.Tensor, x: number[][][], dy: number[][][]): Promise<number[]> => [
    ...(await tf.grad(run)(tf.tensor3d(x), tf.tensor3d(dy)).data()),
  ];
  const sample = [
    [0.8, -0.2, 1.5, -2],
    [-0.4, 1.7, 0.25, 3],
    [1.1, 0.9, -0.75, -0.125],
  ];
  const dy = sample.map((row, p) => row.map((_, c) => 1 + p + 4 * c));
  const spoilt = sample.map((row, p) => row.map((v, c) => (p + c === 0 ? NaN : v)));
  const positive = dy.map((row, p) => row.map((d, c) => (sample[p]![c]! > 0 ? d : 0)));
  const all = (backward: string): Record<string, (x: tf.Tensor) => tf.Tensor> => ({
    "kwta-channel": (x) => kwtaChannel(x, { gamma: 0.4, backward }),
    "kwta-abs": (x) => kwtaAbs(x, { gamma: 0.4, backward }),
    lwta: (x) => lwta(x, { size: 2, backward }),
    "break-relu": (x) => breakRelu(x, { height: 5, backward }),
  });

  test.each(["kwta-channel", "kwta-abs", "lwta", "break-relu"])(
    "%s: straight-through and relu gradients",
    async (name) => {
      const nan = spoilt.flat().map(() => NaN);
      const bad = (expected: number[]): number[] => (name === "break-relu" ? expected : nan);
      const straight = await dx(all("straight-through")[name]!, [sample, spoilt], [dy, dy]);
      expect(straight).toEqual([...dy.flat(), ...bad(dy.flat())]);
      if (name === "kwta-abs") {
        expect(() => all("relu")[name]!(tf.ones([1, 4, 2]))).toThrow(/no gradient "relu": values win by size/);
      } else {
        // Of break-relu alone is the NaN the only value of its competition; it passes dy, as in PyTorch.
        const found = await dx(all("relu")[name]!, [sample, spoilt], [dy, dy]);
        expect(found).toEqual([...positive.flat(), ...bad(positive.flat())]);
      }
    },
  );

  test.each(["kwta-channel", "kwta-abs", "lwta", "break-relu"])(
    "%s: the gate is the slope of its surrogate",
    async (name) => {
      const T = 0.3;
      const found = await dx(all(`gate:${T}`)[name]!, [sample], [dy]);
      const gate = (u: number): number => 1 / (1 + Math.exp(-u));
      const column = (c: number): number[] => sample.map((row) => row[c]!);
      const std = (x: number[]): number => {
        const mean = x.reduce((a, b) => a + b) / x.length;
        return Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
      };
      const surrogates: Record<string, (v: number, p: number, c: number) => number> = {
        "kwta-channel": (v, _p, c) => v * gate((v - Math.max(...column(c))) / (T * std(column(c)))),
        "kwta-abs": (v, _p, c) => {
          const sizes = column(c).map(Math.abs);
          return v * gate((Math.abs(v) - Math.max(...sizes)) / (T * std(sizes)));
        },
        lwta: (v, p, c) => v * gate((v - sample[p]![c ^ 1]!) / (T * std(sample.flat()))),
        "break-relu": (v) => (v + 5) * gate(v / (T * std(sample.flat()))) - 5,
      };
      const f = surrogates[name]!;
      const expected = sample.flatMap((row, p) =>
        row.map((v, c) => (dy[p]![c]! * (f(v + 1e-5, p, c) - f(v - 1e-5, p, c))) / 2e-5),
      );
      expect(found).toBeAllclose(expected, { atol: 1e-3, rtol: 0 });
    },
  );

  test.each(["kwta-channel", "kwta-abs", "lwta", "break-relu"])(
    "%s: the soft top-k is the slope of its surrogate",
    async (name) => {
      const T = 0.3;
      const found = await dx(all(`soft-top-k:${T}`)[name]!, [sample], [dy]);
      if (name === "break-relu") {
        expect(found).toEqual(await dx(all(`gate:${T}`)[name]!, [sample], [dy]));
        return;
      }
      const std = (x: number[]): number => {
        const mean = x.reduce((a, b) => a + b) / x.length;
        return Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
      };
      // Which values compete with that of position p and channel c, by what, and in which scale.
      const by = name === "kwta-abs" ? Math.abs : (v: number): number => v;
      const rivals = (p: number, c: number): [p: number, c: number][] =>
        name === "lwta"
          ? [
              [p, c],
              [p, c ^ 1],
            ]
          : sample.map((_, q) => [q, c]);
      const scaleOf = (c: number): number =>
        T * std(name === "lwta" ? sample.flat() : sample.map((row) => by(row[c]!)));
      const slope = (p: number, c: number): number => {
        const places = rivals(p, c);
        const total = (h: number): number => {
          const x = places.map(([q, d]) => sample[q]![d]! + (q === p && d === c ? h : 0));
          return referenceSoftWinners(x.map(by), 1, scaleOf(c)).reduce((sum, m, j) => {
            const [q, d] = places[j]!;
            return sum + dy[q]![d]! * x[j]! * m;
          }, 0);
        };
        return (total(1e-5) - total(-1e-5)) / 2e-5;
      };
      const expected = sample.flatMap((row, p) => row.map((_, c) => slope(p, c)));
      expect(found).toBeAllclose(expected, { atol: 5e-3, rtol: 0 });
    },
  );

  test.each(["kwta-channel", "kwta-abs", "lwta", "break-relu"])(
    "%s: the gate and the soft top-k of values that do not vary, or are infinite or NaN, is the exact gradient",
    async (name) => {
      const rows = [sample.map((row) => row.map(() => 0.1)), sample.map((row) => row.map(() => Infinity)), spoilt];
      const exact = await dx(all("exact")[name]!, rows, [dy, dy, dy]);
      expect(await dx(all("gate:0.2")[name]!, rows, [dy, dy, dy])).toEqual(exact);
      expect(await dx(all("soft-top-k:0.2")[name]!, rows, [dy, dy, dy])).toEqual(exact);
    },
  );

  test("the gate of tied LWTA winners is a half, whatever their group's others", async () => {
    const run = (x: tf.Tensor): tf.Tensor => lwta(x, { size: 4, backward: "gate:1" });
    const [a, b] = await dx(run, [[[0, 0, -1, -3]]], [[[1, 1, 1, 1]]]);
    expect([a, b]).toEqual([0.5, 0.5]);
  });

  test("kwta's gradients equal the reference", async () => {
    const x = sample.flat().map(Math.fround);
    for (const [backward, reference] of [
      ["exact", "exact"],
      ["straight-through", "straight-through"],
      ["relu", "relu"],
      ["gate:0.25", { gate: 0.25 }],
      ["soft-top-k:0.5", { softTopK: 0.5 }],
    ] as const) {
      const expected = referenceKwtaGradient(dy.flat(), x, 4, reference);
      const found = await dx((t) => kwta(t, { k: 4, backward }), [sample], [dy]);
      expect(found).toBeAllclose(expected, { atol: 1e-4, rtol: 0 });
    }
  });

  test("leaves nothing behind but what it returns", () => {
    const x = tf.tensor3d([sample, spoilt]);
    for (const backward of ["exact", "gate:0.1", "soft-top-k:0.1", "straight-through"]) {
      for (const run of [...Object.values(all(backward)), (t: tf.Tensor) => maxPoolGroups(t, { size: 2 })]) {
        const before = tf.memory().numTensors;
        const y = run(x);
        expect(tf.memory().numTensors - before).toBe(1);
        tf.grad(run)(x, y);
        expect(tf.memory().numTensors - before).toBe(2);
      }
    }
  });

  test.runIf(way === "by typed-array kernels")("2^24 values in one sample", () => {
    const size = 2 ** 24;
    // Multiplying by an odd number permutes 0 .. 2^24 - 1, all of which are exact in 32 bits.
    const values = Float32Array.from({ length: size }, (_, i) => (Math.imul(i, 0x9e3779b1) & (size - 1)) - 5000);
    const y = kwta(tf.tensor2d(values, [1, size]), { k: 1_000_003 }).dataSync();
    const threshold = size - 1_000_003 - 5000;
    expect(y.findIndex((v, i) => v !== (values[i]! >= threshold ? values[i] : 0))).toBe(-1);
  });
});

test.each([
  [() => kwtaChannel(tf.ones([1, 1, 1, 8]), { gamma: 0.5 }), /keeps floor\(0.5 \* 1\) = 0 winners/],
  [() => kwtaAbs(tf.ones([8]), { gamma: 0.5 }), /kwtaAbs takes a float32 tensor of shape \[batch, ...\]/],
  [() => lwta(tf.ones([1, 5]), { size: 2 }), /5 channels do not split into groups of 2/],
  [() => lwta(tf.ones([1, 5]), { size: 1 }), /group size is 1; .*at least 2/],
  [() => maxPoolGroups(tf.ones([1, 4], "int32"), { size: 2 }), /this is int32 of shape \[1, 4\]/],
  [() => breakRelu(tf.ones([1, 4]), { height: 0 }), /height of the jump is 0/],
  [() => lwta(tf.ones([1, 4]), { size: 2, backward: "hard" }), /Unknown backward pass "hard"/],
])("%s is refused", (run, message) => {
  tf.tidy(() => {
    expect(run).toThrow(message);
  });
});
