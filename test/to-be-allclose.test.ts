import { expect, test } from "vitest";

test("toBeAllclose is NumPy's rule: absolute plus relative, in order, NaN with NaN", () => {
  expect([1, [2, 3]]).toBeAllclose(Float32Array.of(1, 2, 3));
  expect([1.000_01]).toBeAllclose([1]);
  expect([1.000_03]).not.toBeAllclose([1]);
  expect([1.000_03]).toBeAllclose([1], { rtol: 1e-4 });
  expect([1e-9]).toBeAllclose([0]);
  expect([1e-7]).not.toBeAllclose([0]);
  expect([1e-7, 5]).toBeAllclose([0, 5], { ofLargest: 1e-6 });
  expect([Number.NaN]).toBeAllclose([Number.NaN]);
  expect([Number.NaN]).not.toBeAllclose([0]);
  expect([0]).not.toBeAllclose([Number.NaN]);
  expect([Infinity]).toBeAllclose([Infinity]);
  expect([1, 2]).not.toBeAllclose([2, 1]);
  expect([1]).not.toBeAllclose([1, 1]);
  expect(() => expect([1, 2.5]).toBeAllclose([1, 2])).toThrow("1 of 2 numbers are not close; at 1: 2.5 in place of 2.");
});
