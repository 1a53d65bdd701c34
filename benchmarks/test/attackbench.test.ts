import { expect, test } from "vitest";
import { scored } from "../attackbench/scores.mjs";
import { besideTable, scoreTable } from "../attackbench/tables.mjs";
import type { Found } from "../attackbench/types.ts";
import { keepCases } from "../driver/keep-cases.mjs";

const found = (attack: string, library: Found["library"], distances: readonly number[]): Found => ({
  net: "a",
  norm: "l2",
  attack,
  library,
  distances,
  forwards: 10,
  backwards: 5,
  seconds: 1,
});

test("scores: areas under the stairs of accuracy, against the nearest points of all", () => {
  // The best is [1, 2, 4]: area (1 + 2 + 4) / 3 of 4.
  const rows = scored([
    found("x", "kwta", [1, 4, 8]),
    found("x", "adv_lib", [2, 2, Infinity]),
    found("y", "kwta", [Infinity, Infinity, 4]),
    found("z", "kwta", [Infinity, Infinity, Infinity]),
  ]);
  const of = (attack: string, library = "kwta") =>
    rows.find((row) => row.attack === attack && row.library === library)!;
  expect(of("x").area).toBeCloseTo(9 / 12);
  expect(of("x").localOptimality).toBeCloseTo(1 - (9 - 7) / (12 - 7));
  expect(of("x", "adv_lib").localOptimality).toBeCloseTo(1 - (8 - 7) / (12 - 7));
  expect(of("z").localOptimality).toBe(0);
  expect([of("x").median, of("y").median, of("y").broken]).toEqual([4, Infinity, 1 / 3]);
  expect(rows.map(({ attack, library }) => `${library} ${attack}`)).toEqual([
    "adv_lib x",
    "kwta x",
    "kwta y",
    "kwta z",
  ]);
  const [first] = scoreTable(rows);
  expect(first!.caption).toBe("l2 on a, 3 images that it gets right");
  expect(first!.rows[0]).toEqual(["x", "adv_lib", "0.800", "0.667", "2", "67 %", 10, 5, "1"]);
  // Both broke the first two: ratios 1/2 and 2; the third only ours.
  expect(besideTable(rows)[0]!.rows).toEqual([["x", "l2 on a", "1.000", 2, 1, "1.00"]]);
});

test("scores: null where nobody breaks anything", () => {
  const [row] = scored([found("x", "kwta", [Infinity, Infinity])]);
  expect(row).toMatchObject({ area: 1, localOptimality: null, broken: 0 });
});

test("filters keep the cases that are named, and refuse what no case has", () => {
  const cases = ["a", "b", "c"].map((net) => ({ work: { net } }));
  expect(keepCases("x", cases, { net: ["c", "a"] })).toEqual([cases[0], cases[2]]);
  expect(keepCases("x", cases, {})).toBe(cases);
  expect(() => keepCases("x", cases, { net: ["d"] })).toThrow('Unknown net "d". Known: ');
  expect(() => keepCases("x", cases, { norm: ["l2"] })).toThrow("The cases of x have no norm. Leave out --norm.");
});
