import { expect, test } from "vitest";
import { rate } from "../src/index.ts";

test.each([
  // Wilson's intervals as given by R's prop.test(k, n, correct = FALSE).
  [0, 20, 0, 0.161125],
  [20, 20, 0.838875, 1],
  [7, 20, 0.181192, 0.567146],
  [130, 200, 0.581635, 0.712712],
] as const)("interval of %i in %i", (count, n, low, high) => {
  const interval = rate(count, n);
  expect(interval.low).toBeCloseTo(low, 5);
  expect(interval.high).toBeCloseTo(high, 5);
});

test("no samples say nothing", () => {
  expect(rate(0, 0)).toMatchObject({ low: 0, high: 1 });
});
