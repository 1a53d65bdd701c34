import { expect, test } from "vitest";
import { compare, holm, mcnemar, whatIsLeft, type Comparison } from "../src/index.ts";

/** A comparison of sets that hold so many positions alone. */
function apart(n: number, onlyFirst: number, onlySecond: number): Comparison {
  const positions = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
  return compare(n, positions(0, onlySecond), positions(onlySecond, onlyFirst));
}

test.each([
  // As scipy.stats.binomtest(b, b + c, 0.5).pvalue gives them.
  [9, 1, 0.021484375],
  [5, 5, 1],
  [30, 12, 0.007915897334896727],
  [700, 600, 0.0060157938610449395],
  [3, 0, 0.25],
  [0, 6, 0.03125],
  [0, 0, 1],
] as const)("McNemar's test of %i against %i", (onlyFirst, onlySecond, p) => {
  expect(mcnemar({ n: 5000, onlyFirst, onlySecond }) / p).toBeCloseTo(1, 10);
});

test.each([
  // The formula of Bonett and Price, computed with NumPy.
  [100, 9, 1, 0.013631100674435029, 0.1432316444236042],
  [50, 0, 0, -0.053303993244218376, 0.053303993244218376],
  [200, 30, 12, 0.025931857524930393, 0.15228596425724783],
] as const)("the interval of a difference: %i samples, %i against %i", (n, onlyFirst, onlySecond, low, high) => {
  const { difference } = apart(n, onlyFirst, onlySecond);
  expect(difference.value).toBeCloseTo((onlyFirst - onlySecond) / n, 12);
  expect(difference.low).toBeCloseTo(low, 12);
  expect(difference.high).toBeCloseTo(high, 12);
});

test("samples on which both agree say nothing", () => {
  // The same shares, 40 and 30 of 100: paired, 10 samples fall to one alone; unpaired, 28 against 18 do.
  expect(apart(100, 10, 0).p).toBeLessThan(0.01);
  expect(apart(100, 10, 0).differs).toBe(true);
  expect(apart(100, 28, 18).differs).toBe(false);
});

test("a gap is gone, left, reversed, or cannot be told", () => {
  const gap = apart(200, 60, 0);
  expect(whatIsLeft(gap, apart(200, 2, 2)).outcome).toBe("gone");
  expect(whatIsLeft(gap, apart(200, 22, 4))).toMatchObject({ outcome: "left", share: { value: 0.3 } });
  expect(whatIsLeft(gap, apart(200, 4, 22)).outcome).toBe("reversed");
  // The other way round it is the same.
  const turned = apart(200, 0, 60);
  expect(whatIsLeft(turned, apart(200, 2, 2)).outcome).toBe("gone");
  expect(whatIsLeft(turned, apart(200, 4, 22))).toMatchObject({ outcome: "left", share: { value: 0.3 } });
  expect(whatIsLeft(turned, apart(200, 22, 4)).outcome).toBe("reversed");
});

test("what was called gone before cannot be told: 28 % of the gap left of 150, 56 % of 20", () => {
  expect(whatIsLeft(apart(150, 25, 0), apart(150, 12, 5))).toMatchObject({
    outcome: "cannot-be-told",
    share: { value: 0.28 },
  });
  expect(whatIsLeft(apart(20, 9, 0), apart(20, 6, 1)).outcome).toBe("cannot-be-told");
});

test("so many samples tell it, with a probability of 80 %", () => {
  const { outcome, needed } = whatIsLeft(apart(150, 40, 0), apart(150, 14, 6));
  expect(outcome).toBe("cannot-be-told");
  // Of 1000 draws of that many samples, with the shares that these are adjusted to: how many are told apart.
  const [first, second] = [15 / 152, 7 / 152];
  let told = 0;
  let state = 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let draw = 0; draw < 1000; draw++) {
    let [a, b] = [0, 0];
    for (let i = 0; i < needed!; i++) {
      const at = next();
      if (at < first) a++;
      else if (at < first + second) b++;
    }
    if (mcnemar({ n: needed!, onlyFirst: a, onlySecond: b }) < 0.05) told++;
  }
  // The exact test is a little more careful than the formula.
  expect(told / 1000).toBeGreaterThan(0.74);
  expect(told / 1000).toBeLessThan(0.84);
});

test("Holm's correction", () => {
  // By hand: 4 * 0.005, 3 * 0.01, 2 * 0.03, and 1 * 0.04 raised to the one before.
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.4, 0.9, 0.4])).toEqual([1, 1, 1]);
  expect(holm([])).toEqual([]);
});
