import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { NORMS, threatModel } from "../src/index.ts";

const { linf } = NORMS;

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const anywhere = fc.double({ min: -2, max: 3, noNaN: true });

test("the projection is the nearest point of ball and box, and leaves points of both where they are", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(unit, anywhere), { minLength: 1, maxLength: 8 }), unit, (pairs, size) => {
      tf.tidy(() => {
        const threat = threatModel({ norm: "linf", eps: Math.fround(size) });
        const center = tf.tensor2d([pairs.map(([c]) => c)]);
        const once = linf.project(tf.tensor2d([pairs.map(([, x]) => x)]), center, threat.eps, threat.bounds);
        const values = once.dataSync();
        for (const [i, [c, x]] of pairs.entries()) {
          const nearest = Math.min(Math.max(x, c - threat.eps, 0), c + threat.eps, 1);
          expect(values[i]).toBeCloseTo(nearest, 6);
        }
        const twice = linf.project(once, center, threat.eps, threat.bounds).dataSync();
        for (const [i, value] of twice.entries()) expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(2 ** -24);
      });
    }),
    { numRuns: 200 },
  );
});

test("steepest has size 1, distance is the largest move, random points fill the ball", () => {
  tf.tidy(() => {
    const gradient = tf.tensor3d([[[-0.5, 0, 1e-30]], [[2, 3, -4]]]);
    expect(linf.steepest(gradient).arraySync()).toEqual([[[-1, 0, 1]], [[1, 1, -1]]]);
    expect(linf.distance(gradient).arraySync()).toEqual([0.5, 4]);
  });
  const drawn = linf.randomInBall(keyedRandom(0, "test"), new Float32Array(4000), 0.1);
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
  expect(Math.max(...drawn.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.1));
  // The variance of a uniform variable on [-eps, eps] is eps^2 / 3.
  expect(variance / (0.01 / 3)).toBeCloseTo(1, 1);
  expect(mean).toBeCloseTo(0, 2);
});
