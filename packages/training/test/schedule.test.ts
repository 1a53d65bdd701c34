import { expect, test } from "vitest";
import { checkLearningRate, learningRateAt } from "../src/index.ts";

const at = (step: number) => ({ step, stepsPerEpoch: 10, totalSteps: 100 });

test("one cycle rises to its peak and falls to nearly nothing", () => {
  const rate = { shape: "one-cycle", peak: 0.4, warmup: 0.25 } as const;
  const rates = Array.from({ length: 100 }, (_, step) => learningRateAt(rate, at(step)));
  expect(rates[0]).toBeCloseTo((0.4 * 0.5) / 25);
  expect(rates[12]).toBeCloseTo(0.2);
  expect(Math.max(...rates)).toBeLessThanOrEqual(0.4);
  expect(rates.indexOf(Math.max(...rates))).toBeGreaterThanOrEqual(24);
  expect(rates.indexOf(Math.max(...rates))).toBeLessThanOrEqual(25);
  expect(rates[99]).toBeCloseTo((0.4 * 0.5) / 75);
});

test("steps multiply at the beginning of their epochs", () => {
  const rate = { shape: "steps", start: 0.1, factor: 0.1, epochs: [3, 5] } as const;
  expect([0, 29, 30, 49, 50, 99].map((step) => learningRateAt(rate, at(step)).toPrecision(2))).toEqual([
    "0.10",
    "0.10",
    "0.010",
    "0.010",
    "0.0010",
    "0.0010",
  ]);
});

test.each([0, -0.1, Number.NaN, { shape: "one-cycle", peak: 0.1, warmup: 1 }] as const)("refuses %j", (rate) => {
  expect(() => checkLearningRate(rate)).toThrow(/learning rate/);
});
