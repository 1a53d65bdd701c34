import { expect, test } from "vitest";
import { summarise } from "../driver/statistics.mjs";

test("summarise gives median, smallest and largest, in any order of the values", () => {
  expect(summarise([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(summarise([10, 1, 4, 2])).toEqual({ median: 3, min: 1, max: 10 });
  expect(summarise([0.12345678])).toEqual({ median: 0.123457, min: 0.123457, max: 0.123457 });
  expect(() => summarise([])).toThrow(RangeError);
});
