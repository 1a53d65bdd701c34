import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shrinkByHalving, shrinkByRows } from "../src/norms/shrink.ts";
import { NORM_NAMES, NORMS, type Norm } from "../src/index.ts";

const BOX = { min: 0, max: 1 };
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const anywhere = fc.double({ min: -2, max: 3, noNaN: true });
const pairs = fc.array(fc.tuple(unit, anywhere), { minLength: 1, maxLength: 6 });

const size: Readonly<Record<Norm, (d: readonly number[]) => number>> = {
  linf: (d) => Math.max(...d.map(Math.abs)),
  l2: (d) => Math.hypot(...d),
  l1: (d) => d.reduce((sum, value) => sum + Math.abs(value), 0),
  l0: (d) => d.filter((value) => value !== 0).length,
};
/** Sizes that make the ball matter for up to six values that move by up to 3. */
const radius: Readonly<Record<Norm, fc.Arbitrary<number>>> = {
  linf: unit,
  l2: fc.double({ min: 0, max: 2, noNaN: true }),
  l1: fc.double({ min: 0, max: 3, noNaN: true }),
  l0: fc.integer({ min: 0, max: 6 }),
};

describe.each(NORM_NAMES)("%s", (norm) => {
  const geometry = NORMS[norm];

  test("distance is the norm, and the dual norm bounds what a step can gain", () => {
    fc.assert(
      fc.property(fc.array(anywhere, { minLength: 1, maxLength: 6 }), (d) => {
        tf.tidy(() => {
          const found = geometry.distance(tf.tensor3d(d, [1, d.length, 1]));
          expect(found).toBeAllclose([size[norm](d.map(Math.fround))], { rtol: 1e-6, atol: 1e-18 });
          if (norm === "l0") return;
          const gradient = tf.tensor2d(d, [1, d.length]);
          const step = geometry.steepest(gradient);
          const gain = tf.sum(tf.mul(gradient, step));
          expect(gain).toBeAllclose(geometry.dual(gradient), { rtol: 1e-5, atol: 1e-30 });
          const moved = geometry.distance(step).dataSync()[0]!;
          if (d.some((value) => Math.fround(value) !== 0)) expect(moved).toBeCloseTo(1, 5);
        });
      }),
    );
  });

  test("projection: inside ball and box, and points of both stay where they are", () => {
    fc.assert(
      fc.property(pairs, radius[norm], (points, eps) => {
        tf.tidy(() => {
          const [center, x] = [0, 1].map((i) => tf.tensor2d([points.map((pair) => pair[i]!)])) as [
            tf.Tensor,
            tf.Tensor,
          ];
          const once = geometry.project(x, center, eps, BOX);
          expect(geometry.excess(once, center, eps, BOX).dataSync()[0]).toBeLessThanOrEqual(1);
          expect(geometry.project(once, center, eps, BOX)).toBeAllclose(once, { rtol: 1e-5, atol: 1e-6 });
          // One radius for each row is the same.
          const each = tf.tensor2d([[eps]]);
          expect(geometry.project(x, center, each, BOX)).toBeAllclose(once, { atol: 1e-6 });
          expect(geometry.excess(once, center, each, BOX).dataSync()[0]).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 300 },
    );
  });

  test.skipIf(norm === "l2")("projection: no other point of ball and box is nearer", () => {
    fc.assert(
      fc.property(pairs, radius[norm], fc.integer(), (points, eps, seed) => {
        tf.tidy(() => {
          const [center, x] = [0, 1].map((i) => points.map((pair) => Math.fround(pair[i]!))) as [number[], number[]];
          const found = geometry.project(tf.tensor2d([x]), tf.tensor2d([center]), eps, BOX).dataSync();
          const away = (to: ArrayLike<number>): number => Math.hypot(...x.map((value, i) => value - to[i]!));
          for (let i = 0; i < 50; i++) {
            const other = insideOf(norm, center, eps, keyedRandom(seed, "other", i), found);
            expect(away(found)).toBeLessThanOrEqual(away(other) + 1e-5);
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  test("excess: a point beyond the ball or the box does not count, whatever rounding does to one inside", () => {
    tf.tidy(() => {
      const d = 3072;
      const eps = { linf: 8 / 255, l2: 0.5, l1: 12, l0: 100 }[norm];
      const center = tf.tensor2d(keyedRandom(1, norm).uniform(new Float32Array(d), 0.3, 0.7), [1, d]);
      const directions = geometry.randomInBall(keyedRandom(2, norm), new Float32Array(d), eps, { min: -0.3, max: 0.3 });
      const perturbation = tf.tensor2d(directions, [1, d]);
      const inside = geometry.project(tf.add(center, tf.mul(perturbation, 100)), center, eps, BOX);
      const at = (x: tf.Tensor): number => geometry.excess(x, center, eps, BOX).dataSync()[0]!;
      expect(at(inside)).toBeLessThanOrEqual(1);
      const larger = norm === "l0" ? eps + 1 : eps * (1 + 1e-3);
      const outside = geometry.project(tf.add(center, tf.mul(perturbation, 100)), center, larger, BOX);
      if (norm === "l0") expect(at(tf.add(center, 1e-7))).toBeGreaterThan(1);
      else expect(at(outside)).toBeGreaterThan(1);
      expect(at(tf.add(center, Number.NaN))).toBeNaN();
      expect(geometry.excess(tf.mul(tf.ones([1, d]), 1.001), center, Infinity, BOX).dataSync()[0]).toBeGreaterThan(1);
      expect(geometry.excess(tf.ones([1, d]), center, Infinity, BOX).dataSync()[0]).toBeLessThanOrEqual(1);
    });
  });

  test("random points fill the ball uniformly", () => {
    const [d, draws, eps] = [4, 4000, norm === "l0" ? 2 : 0.5];
    const drawn = Array.from({ length: draws }, (_, i) => [
      ...geometry.randomInBall(keyedRandom(i, "draw"), new Float32Array(d), eps, BOX),
    ]);
    const sizes = drawn.map(size[norm]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(eps * (1 + 1e-6));
    if (norm === "l0") expect(Math.min(...sizes)).toBe(eps);
    // Of a ball in d dimensions, the share (1/2)^(d/d) lies within 2^(-1/d) of its radius.
    else expect(sizes.filter((each) => each <= eps * 2 ** (-1 / d)).length / draws).toBeCloseTo(0.5, 1);
    for (let i = 0; i < d; i++) expect(drawn.reduce((sum, x) => sum + x[i]!, 0) / draws).toBeCloseTo(0, 1);
    // No two values go together.
    const together = drawn.reduce((sum, x) => sum + x[0]! * x[1]!, 0) / draws;
    expect(Math.abs(together)).toBeLessThan(0.02 * eps * eps);
  });
});

test("few values at a time: the largest that can still move, ties together", () => {
  tf.tidy(() => {
    const gradient = tf.tensor2d([[3, -4, 4, 1]]);
    expect(NORMS.l1.steepest(gradient).arraySync()).toEqual([[0, -0.5, 0.5, 0]]);
    const at = { x: tf.tensor2d([[0.5, 0, 1, 0.5]]), bounds: BOX };
    expect(NORMS.l1.steepest(gradient, { at }).arraySync()).toEqual([[1, -0, 0, 0]]);
    expect(NORMS.l0.steepest(gradient, { at, share: 0.5 }).arraySync()).toEqual([[1, -0, 0, 1]]);
    const two = tf.tensor2d([
      [3, -4, 2, 1],
      [3, -4, 2, 1],
    ]);
    const share = tf.tensor1d([0.25, 0.75]);
    expect(NORMS.l0.steepest(two, { share }).arraySync()).toEqual([
      [0, -1, 0, 0],
      [1, -1, 1, 0],
    ]);
    expect(NORMS.l1.steepest(tf.zeros([2, 3])).arraySync()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});

test("L2 steps do not fade with the gradient", () => {
  tf.tidy(() => {
    const step = NORMS.l2.steepest(tf.tensor2d([[3e-30, -4e-30]]));
    expect(step).toBeAllclose([0.6, -0.8]);
  });
});

/** A random point of ball and box, near the one found: to be beaten. */
function insideOf(
  norm: Norm,
  center: readonly number[],
  eps: number,
  random: ReturnType<typeof keyedRandom>,
  found: ArrayLike<number>,
): number[] {
  const noise = random.normal(new Float32Array(center.length), 0, 0.2);
  let moves = center.map((c, i) => Math.min(1, Math.max(0, found[i]! + noise[i]!)) - c);
  if (norm === "linf") return moves.map((move, i) => center[i]! + Math.min(eps, Math.max(-eps, move)));
  if (norm === "l0") {
    const order = random.permutation(center.length);
    moves = moves.map((move, i) => (order[i]! < eps ? move : 0));
    return moves.map((move, i) => center[i]! + move);
  }
  const total = size[norm](moves);
  return moves.map((move, i) => center[i]! + move * Math.min(1, eps / Math.max(total, 1e-30)));
}

test("the projection on the L1 ball is the same by rows on the host and by halving in the engine", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const rows = fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(rows, fc.double({ min: 0, max: 4, noNaN: true }), (values, eps) => {
      tf.tidy(() => {
        const [moves, walls] = [0, 1].map((i) => tf.tensor2d([values.map((pair) => pair[i as 0 | 1])]));
        const [one, other] = [shrinkByRows, shrinkByHalving].map((by) => by(moves!, walls!, eps).dataSync<"float32">());
        expect([...one!]).toEqual([...other!].map((value) => expect.closeTo(value, 5)));
        expect(one!.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(eps + 1e-5);
      });
    }),
    { numRuns: 200 },
  );
});
