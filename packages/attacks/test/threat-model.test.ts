import { expect, test } from "vitest";
import { parseEps, threatModel } from "../src/index.ts";

test.each([
  [0.03, 0.03],
  ["0.03", 0.03],
  ["8/255", 8 / 255],
  [" 8 / 255 ", 8 / 255],
  ["1e-2", 0.01],
  [0, 0],
  [Infinity, Infinity],
])("eps %j", (given, expected) => expect(parseEps(given)).toBe(expected));

test.each([-1, Number.NaN, -Infinity, "", "8/0", "eight", "8/255/2", "-1/255"])("eps %j is refused", (eps) => {
  expect(() => parseEps(eps)).toThrow(/eps is .* It takes a number of at least 0/);
});

test("a threat model refuses what cannot be meant", () => {
  expect(threatModel({ norm: "linf", eps: "8/255" })).toEqual({
    norm: "linf",
    eps: 8 / 255,
    bounds: { min: 0, max: 1 },
  });
  expect(() => threatModel({ norm: "linf", eps: 8 })).toThrow(
    'eps is 8, but the data range [0, 1] is only 1 wide. If eps is meant in 8-bit steps, write it as a fraction: "8/255".',
  );
  expect(threatModel({ norm: "linf", eps: 8, bounds: { min: 0, max: 255 } }).eps).toBe(8);
  expect(() => threatModel({ norm: "linf", eps: 0.1, bounds: { min: 1, max: 0 } })).toThrow(/min below max/);
  expect(() => threatModel({ norm: "max" as "linf", eps: 0.1 })).toThrow(/Unknown norm "max"/);
});
