import { keyedRandom } from "@kwta/core";
import { describe, expect, test } from "vitest";
import { bumpMoves, cornerMoves, drawsFrom, type SquareImage } from "../src/attacks/square-moves.ts";
import { shareAt } from "../src/attacks/square.ts";

function imageOf(height: number, width: number, channels: number, eps: number): SquareImage {
  const clean = keyedRandom(0, "image").uniform(new Float32Array(height * width * channels), 0.2, 0.8);
  return { clean, height, width, channels, eps, bounds: { min: 0, max: 1 } };
}

/** The values that differ, as [row, column, channel]. */
function changed({ width, channels }: SquareImage, a: Float32Array, b: Float32Array): number[][] {
  const places = [...a.keys()].filter((i) => a[i] !== b[i]);
  return places.map((i) => [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels]);
}

test.each([
  [28, [25, 18, 13, 9, 6, 4, 3, 2]],
  [32, [29, 20, 14, 10, 7, 5, 4, 3]],
])("the sides of the squares of an image of %i pixels are those of the authors' code", (side, expected) => {
  const params = { share: 0.8, queries: 10_000, rescale: false };
  const image = imageOf(side, side, 1, 0.1);
  const turns = [0, 11, 51, 201, 501, 1001, 2001, 4001];
  for (const [i, query] of turns.entries()) {
    const best = image.clean.map((value) => value + 0.2);
    const next = cornerMoves.change(image, best, shareAt(query, params), drawsFrom(keyedRandom(1, query)));
    const rows = new Set(changed(image, best, next).map(([row]) => row));
    expect(rows.size).toBe(expected[i]);
  }
  expect(shareAt(20, { ...params, queries: 5000 })).toBe(shareAt(40, params));
  expect(shareAt(20, { ...params, queries: 5000, rescale: true })).toBe(shareAt(40, params));
  expect(shareAt(26, { ...params, queries: 5000, rescale: true })).toBe(shareAt(52, params));
});

test("squares reach every row and column, and stay inside images that are no squares", () => {
  const image = imageOf(5, 9, 2, 0.1);
  const reached = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const best = image.clean.map((value) => value + 0.2);
    const next = cornerMoves.change(image, best, 0.1, drawsFrom(keyedRandom(i, "place")));
    for (const place of changed(image, best, next)) reached.add(place.slice(0, 2).join());
    // One colour: the sign of a channel is the same in all of the square.
    for (const channel of [0, 1]) {
      const moves = changed(image, best, next).filter(([, , c]) => c === channel);
      const signs = new Set(
        moves.map(([r, c]) =>
          Math.sign(next[(r! * 9 + c!) * 2 + channel]! - image.clean[(r! * 9 + c!) * 2 + channel]!),
        ),
      );
      expect(signs.size).toBe(1);
    }
  }
  expect(reached.size).toBe(5 * 9);
});

describe.each([
  [2, (d: readonly number[]) => Math.hypot(...d)],
  [1, (d: readonly number[]) => d.reduce((sum, value) => sum + Math.abs(value), 0)],
] as const)("bumps of norm L%i", (power, size) => {
  const moves = bumpMoves(power);

  test("the first point lies on the ball, as bumps of both signs in every channel", () => {
    const image = imageOf(15, 15, 3, 0.5);
    const delta = moves.start(image, drawsFrom(keyedRandom(3))).map((value, i) => value - image.clean[i]!);
    expect(size([...delta])).toBeCloseTo(0.5, 5);
    for (const channel of [0, 1, 2]) {
      const values = delta.filter((_, i) => i % 3 === channel);
      expect(Math.max(...values)).toBeGreaterThan(0);
      expect(Math.min(...values)).toBeLessThan(0);
    }
  });

  test("a change takes from one square and gives to another; the rest only shrinks together", () => {
    const image = imageOf(15, 15, 3, 0.5);
    const best = moves.start(image, drawsFrom(keyedRandom(3)));
    for (let i = 0; i < 50; i++) {
      const next = moves.change(image, best, 0.05, drawsFrom(keyedRandom(i, "change")));
      const [before, after] = [best, next].map((x) => x.map((value, at) => value - image.clean[at]!));
      // In L2 brought back to the ball; in L1 that is left to the projection.
      if (power === 2) expect(size([...after!])).toBeCloseTo(0.5, 4);
      else expect(size([...after!])).toBeGreaterThan(0.499);
      const ratios = [...after!.keys()]
        .filter((at) => Math.abs(before![at]!) > 1e-3)
        .map((at) => after![at]! / before![at]!);
      const common = ratios.sort((x, y) => x - y)[Math.floor(ratios.length / 2)]!;
      const touched = ratios.filter((ratio) => Math.abs(ratio - common) > 1e-2);
      expect(common).toBeLessThanOrEqual(1 + 1e-4);
      expect(touched.length).toBeGreaterThan(0);
      expect(touched.length).toBeLessThanOrEqual(2 * 3 * 3 * 3);
    }
  });

  test("any size of image will do", () => {
    for (const [height, width] of [
      [1, 1],
      [2, 7],
      [3, 4],
      [12, 1],
    ] as const) {
      const image = imageOf(height, width, 1, 0.3);
      const best = moves.start(image, drawsFrom(keyedRandom(1)));
      for (let i = 0; i < 20; i++) {
        expect(moves.change(image, best, 0.8, drawsFrom(keyedRandom(i, "any"))).every(Number.isFinite)).toBe(true);
      }
    }
  });
});
