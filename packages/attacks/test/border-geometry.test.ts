import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NORM_NAMES } from "../src/index.ts";
import { stepToPlane } from "../src/norms/plane.ts";
import { PROXIMAL } from "../src/norms/proximal.ts";
import { excessThreshold } from "../src/norms/thresholds.ts";

const BOX = { min: 0, max: 1 };
const unit = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround);
const slope = fc.double({ min: -3, max: 3, noNaN: true }).map((value) => Math.fround(Math.round(value * 8) / 8));
const gap = fc.double({ min: -4, max: 4, noNaN: true }).map(Math.fround);
const points = fc.array(fc.tuple(unit, slope), { minLength: 1, maxLength: 6 });

type PlaneNorm = "linf" | "l2" | "l1";
const size: Readonly<Record<PlaneNorm, (d: readonly number[]) => number>> = {
  linf: (d) => Math.max(...d.map(Math.abs)),
  l2: (d) => Math.hypot(...d),
  l1: (d) => d.reduce((sum, value) => sum + Math.abs(value), 0),
};

/**
 * The cheapest moves by trying: what each value can bring, at every price that one of them changes at. In L2 the price is
 * the common factor, in the maximum norm the common length; in L1 the dearest go first.
 */
function cheapest(norm: PlaneNorm, room: readonly number[], gain: readonly number[], needed: number): number {
  if (norm === "l1") {
    let [left, length] = [needed, 0];
    for (const i of [...gain.keys()].sort((a, b) => gain[b]! - gain[a]!)) {
      const move = Math.min(room[i]!, left / gain[i]!);
      if (!(gain[i]! > 0)) continue;
      length += move;
      left -= move * gain[i]!;
    }
    return length;
  }
  const moves = (price: number): number[] =>
    room.map((most, i) => (gain[i] === 0 ? 0 : Math.min(most, norm === "l2" ? price * gain[i]! : price)));
  let [low, high] = [0, 1e6];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    const brought = moves(middle).reduce((sum, move, j) => sum + move * gain[j]!, 0);
    if (brought < needed) low = middle;
    else high = middle;
  }
  return size[norm](moves(high));
}

describe.each(["linf", "l2", "l1"] as const)("the nearest point of a plane inside the box, in %s", (norm) => {
  test("lies on the plane, or in a corner where there is none, and no farther than it has to", () => {
    fc.assert(
      fc.property(points, gap, (values, start) => {
        const [x, w] = [values.map((pair) => pair[0]), values.map((pair) => pair[1])];
        const step = tf.tidy(() => {
          const plane = { gap: tf.tensor1d([start]), slope: tf.tensor2d([w]) };
          return [...stepToPlane(norm, tf.tensor2d([x]), plane, BOX).dataSync()];
        });
        const up = start < 0 ? 1 : -1;
        const room = x.map((value, i) => (up * w[i]! > 0 ? 1 - value : value));
        const gain = w.map(Math.abs);
        for (const [i, move] of step.entries()) {
          expect(x[i]! + move).toBeGreaterThan(-1e-6);
          expect(x[i]! + move).toBeLessThan(1 + 1e-6);
        }
        const possible = room.reduce((sum, most, i) => sum + most * gain[i]!, 0);
        const brought = step.reduce((sum, move, i) => sum + up * move * w[i]!, 0);
        const needed = Math.min(Math.abs(start), possible);
        expect(brought).toBeCloseTo(needed, 4);
        expect(size[norm](step)).toBeLessThanOrEqual(cheapest(norm, room, gain, needed) + 1e-4);
      }),
      { numRuns: 300 },
    );
  });
});

test("many values, as of an image: the plane is met", () => {
  const d = 3072;
  const x = tf.randomUniform([2, d], 0, 1, "float32", 1);
  const plane = { gap: tf.tensor1d([-30, 5]), slope: tf.randomNormal([2, d], 0, 1, "float32", 2) };
  for (const norm of ["linf", "l2", "l1"] as const) {
    const left = tf.tidy(() => {
      const step = stepToPlane(norm, x, plane, BOX);
      return tf.add(plane.gap, tf.sum(tf.mul(step, plane.slope), 1)).dataSync();
    });
    expect(left).toBeAllclose([0, 0], { atol: 2e-3 });
  }
  tf.dispose([x, plane]);
});

const penalty = {
  linf: (z: readonly number[]) => Math.max(...z.map(Math.abs)),
  l2: (z: readonly number[]) => Math.hypot(...z),
  l1: (z: readonly number[]) => z.reduce((sum, value) => sum + Math.abs(value), 0),
  l0: (z: readonly number[]) => z.reduce((sum, value) => sum + Math.abs(value) ** (2 / 3), 0),
};

describe.each(NORM_NAMES)("the proximal operator of %s", (norm) => {
  test("no other point is better", () => {
    const numbers = fc.array(fc.double({ min: -2, max: 2, noNaN: true }).map(Math.fround), {
      minLength: 1,
      maxLength: 5,
    });
    const weights = fc.double({ min: 1e-3, max: 3, noNaN: true }).map(Math.fround);
    fc.assert(
      fc.property(numbers, weights, (x, weight) => {
        const found = tf.tidy(() => [...PROXIMAL[norm](tf.tensor2d([x]), tf.tensor2d([[weight]])).dataSync()]);
        const cost = (z: readonly number[]): number =>
          weight * penalty[norm](z) + z.reduce((sum, value, i) => sum + (value - x[i]!) ** 2 / 2, 0);
        const best = cost(found) - 1e-5;
        // Nearby, towards the point, towards 0, and with single values set to 0.
        for (const share of [0, 0.1, 0.5, 0.9, 0.99, 1.01, 1.1])
          expect(cost(found.map((z) => z * share))).toBeGreaterThan(best);
        for (const share of [0, 0.01, 0.1, 0.5, 1]) {
          expect(cost(found.map((z, i) => z + share * (x[i]! - z)))).toBeGreaterThan(best);
          for (const i of x.keys()) {
            const others = [0, found[i]! * (1 - share), found[i]! + share * (x[i]! - found[i]!)];
            for (const other of others) expect(cost(found.map((z, j) => (j === i ? other : z)))).toBeGreaterThan(best);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

test("a threshold leaves the total that was asked for, of few values and of many", () => {
  tf.tidy(() => {
    for (const [d, total] of [
      [1, 0.5],
      [7, 0.01],
      [3072, 0.02],
      [3072, 3],
      [3072, 500],
    ] as const) {
      const sizes = tf.abs(tf.randomNormal([4, d], 0, 1, "float32", d));
      const wanted = tf.mul(tf.ones([4, 1]), total);
      const left = tf.sum(tf.relu(tf.sub(sizes, excessThreshold(sizes, wanted))), 1);
      const possible = tf.minimum(tf.sum(sizes, 1), total);
      expect(left).toBeAllclose(possible, { rtol: 1e-3 });
    }
  });
});
