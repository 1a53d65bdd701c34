import { expect, test } from "vitest";
import { InputError, lookUp, show } from "../src/index.ts";

test.each([
  ["text", '"text"'],
  [1.5, "1.5"],
  [undefined, "undefined"],
  [null, "null"],
  [12n, "12"],
  [Symbol("s"), "Symbol(s)"],
  [[32, 32, 3], "[32,32,3]"],
  [[], "[]"],
  [{ a: [1, "b"], c: { d: null } }, '{"a":[1,"b"],"c":{"d":null}}'],
  [[Number.NaN, [undefined]], "[NaN,[undefined]]"],
  [new Float32Array(3), "Float32Array"],
  [[new Map([[1, 2]])], "[Map]"],
  [Object.create(null), "{}"],
  [Math.max, "the function max"],
])("show(%o) is %s", (value, picture) => {
  expect(show(value)).toBe(picture);
});

test("show shortens what is huge, deep or holds itself, and does not throw", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 1_000_000; i++) deep = i % 2 ? [deep] : { deep };
  const itself: unknown[] = [1];
  itself.push(itself, itself);
  const wide = Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => []));
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key ${i}`, i]));
  for (const value of [deep, itself, wide, many, ["x".repeat(1e6)], 7n ** 10_000n, 7n ** 100n]) {
    const picture = show(value);
    expect(picture.length).toBeLessThanOrEqual(80);
  }
  expect(show(itself)).toMatch(/^\[1,\[1,\[1,.*\.\.\.$/);
  expect(show("x".repeat(1e6))).toBe(`"${"x".repeat(77)}..."`);
});

test("an unknown name of any length is refused with the nearest first", () => {
  const known = { sgd: 1, adam: 2 };
  expect(() => lookUp("optimizer", "adamw", known)).toThrow(/Unknown optimizer "adamw". Known: adam, sgd\./);
  expect(() => lookUp("optimizer", "x".repeat(1e6), known)).toThrow(InputError);
});
