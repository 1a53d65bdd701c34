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

const wide = { min: 0, max: 255 };
test.each([
  ["8/255", "linf"],
  [8 / 255, "linf"],
  ["128/255", "l2"],
] as const)("eps %j in %s is asked about where the data go from 0 to 255", (eps, norm) => {
  expect(() => threatModel({ norm, eps, bounds: wide })).toThrow(/\[0, 255\].*rite (8|128)\b/);
});

test.each([
  [8, "linf", wide],
  [0.25, "linf", wide],
  [0, "linf", wide],
  ["0.5", "l2", wide],
  ["8/255", "linf", { min: -1, max: 1 }],
  ["8/255", "l2", { min: 0, max: 1 }],
] as const)("eps %j in %s is not asked about in %j", (eps, norm, bounds) => {
  expect(threatModel({ norm, eps, bounds }).eps).toBe(parseEps(eps));
});
