import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_ON_GPU, noGpu } from "../../backend-webgpu/test/software-gpu.ts";
import { kwta, kwtaChannel } from "../src/index.ts";
import { SMALL } from "../src/kernels/webgpu/wgsl.ts";
import { referenceKwtaGradient } from "../src/reference.ts";
import { bitPatterns, sortedKwta } from "./sorted-kwta.ts";
import { GPU_WAYS, runsOf } from "./ways.ts";

// What kwta.test.ts does not reach: samples too large for a value a thread, and many of them.

const SPECIAL = [0, -0, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234663852886e38, Infinity, -Infinity];

/** Numbers with ties and extremes among them. */
function mixed(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const hash = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
    if (hash % 7 === 0) return SPECIAL[(hash >>> 8) % SPECIAL.length]!;
    return hash % 3 === 0 ? ((hash >>> 9) % 5) - 2 : Math.sin(hash);
  });
}

async function valuesOf(compute: () => tf.Tensor): Promise<Float32Array> {
  const y = tf.tidy(compute);
  const values = await y.data<"float32">();
  y.dispose();
  return values;
}

/** Where two runs of bits first differ. */
function firstDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const [a, b] = [bitPatterns(found), bitPatterns(expected)];
  return a.length === b.length ? a.findIndex((bits, i) => bits !== b[i]) : 0;
}

describe.skipIf(noGpu !== undefined).each(GPU_WAYS)(
  `kwta %s, large samples${noGpu ? ` (skipped: ${noGpu})` : ""}`,
  (name, way) => {
    let stop = (): void => {};
    beforeAll(async () => {
      stop = await way.start();
    }, 60_000);
    afterAll(() => stop());

    const sizes = [SMALL, SMALL + 1, 1000, 65_537, ...(ALL_ON_GPU ? [65_536, 2 ** 20] : [])];
    test.each(sizes)(
      "%i values, with ties and extremes: output and exact gradient are a sort's, bit for bit",
      async (size) => {
        const x = mixed(size, size);
        const dy = mixed(size, size + 1);
        for (const k of size > 100_000 ? [Math.ceil(size / 10)] : [1, Math.ceil(size / 10), size - 1, size]) {
          const { y, threshold } = sortedKwta(x, k);
          const input = tf.tensor2d(x, [1, size]);
          expect(firstDifference(await valuesOf(() => kwta(input, { k })), y)).toBe(-1);
          const gradient = tf.grad((at: tf.Tensor) => kwta(at, { k }));
          const dx = await valuesOf(() => gradient(input, tf.tensor2d(dy, [1, size])));
          input.dispose();
          expect(
            firstDifference(
              dx,
              dy.map((value, i) => (x[i]! >= threshold ? value : 0)),
            ),
          ).toBe(-1);
        }
      },
    );

    test("any values, many of them the same, with a NaN or without", async () => {
      const value = fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(...SPECIAL), fc.integer({ min: -2, max: 2 }));
      const cases = fc.record({
        x: fc.array(value, { minLength: SMALL + 1, maxLength: 3 * SMALL }),
        k: fc.nat(),
        poison: fc.boolean(),
      });
      const property = fc.asyncProperty(cases, async ({ x, k, poison }) => {
        const row = poison ? [...x.slice(1), NaN] : x;
        const y = await valuesOf(() => kwta(tf.tensor2d([row, x]), { k: 1 + (k % x.length) }));
        const expected = [row, x].flatMap((sample) => [...sortedKwta(Float32Array.from(sample), 1 + (k % x.length)).y]);
        expect(firstDifference(y, expected)).toBe(-1);
      });
      await fc.assert(property, { numRuns: runsOf(name, 200) });
    });

    test.each([
      ["small samples", 64],
      ["large samples", 500],
    ])("the gate's gradient of %s of any scale is the reference's", async (_, size) => {
      const scales = [1, 1e-30, 1e30];
      const rows = scales.map((scale) =>
        Float32Array.from({ length: size }, (__, i) => scale * (Math.sin(i * i) - 0.3)),
      );
      const dy = Float32Array.from({ length: size }, (__, i) => Math.cos(i));
      const k = Math.floor(size / 8);
      const gradient = tf.grad((at: tf.Tensor) => kwta(at, { k, backward: "gate:0.2" }));
      const stacked = (each: readonly Float32Array[]): tf.Tensor =>
        tf.tensor2d(Float32Array.from(each.flatMap((row) => [...row])), [scales.length, size]);
      const dx = await valuesOf(() => gradient(stacked(rows), stacked(rows.map(() => dy))));
      const expected = rows.flatMap((row) => referenceKwtaGradient([...dy], [...row], k, { gate: 0.2 }));
      // Steps of 32 bits, of which an exponential of WGSL may cost some dozens.
      expect(Math.max(...dx.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(2e-5);
    });

    test.each([
      ["small ones", [ALL_ON_GPU ? 3000 : 50, 16, 8]],
      ["large ones", [ALL_ON_GPU ? 500 : 6, SMALL + 30, 4]],
    ] as const)("many rows, %s: of each channel of each sample", async (_, [batch, positions, channels]) => {
      const x = mixed(batch * positions * channels, 3);
      const y = await valuesOf(() => kwtaChannel(tf.tensor3d(x, [batch, positions, channels]), { gamma: 0.25 }));
      const expected = new Float32Array(x.length);
      for (let n = 0; n < batch; n++) {
        for (let c = 0; c < channels; c++) {
          const at = (p: number): number => (n * positions + p) * channels + c;
          const row = sortedKwta(
            Float32Array.from({ length: positions }, (__, p) => x[at(p)]!),
            Math.floor(positions / 4),
          ).y;
          row.forEach((value, p) => (expected[at(p)] = value));
        }
      }
      expect(firstDifference(y, expected)).toBe(-1);
    });
  },
);
