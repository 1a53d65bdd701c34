import fc from "fast-check";
import { expect, test } from "vitest";
import { PROBLEMS } from "../src/compute/problems.ts";
import { DEFAULTS, format, PANELS, parse, RATES, type PageState } from "../src/state.ts";

const tenths = (low: number, high: number): fc.Arbitrary<number> =>
  fc.integer({ min: 10 * low, max: 10 * high }).map((value) => value / 10);

const states: fc.Arbitrary<PageState> = fc.record({
  panel: fc.constantFrom(...PANELS),
  backend: fc.constantFrom("auto", "cpu", "wasm:threads=1,winograd=false"),
  problem: fc.constantFrom(...PROBLEMS),
  gamma: tenths(1, 9).map((value) => value / 10),
  width: fc.integer({ min: 8, max: 256 }),
  layers: fc.integer({ min: 1, max: 3 }),
  rate: fc.constantFrom(...RATES),
  seed: fc.nat(999_999),
  step: fc.integer({ min: 0, max: 20_000 }),
  values: fc.array(tenths(-2, 2), { minLength: 6, maxLength: 6 }),
  k: fc.integer({ min: 1, max: 6 }),
  image: fc.nat(999),
  eps: fc.constantFrom(0.025, 0.1, 0.25),
  attackSeed: fc.nat(999_999),
});

test("an address says a state whole", () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(parse(`#${format(state)}`)).toEqual(state);
    }),
  );
  expect(format(DEFAULTS)).toBe("panel=playground");
});

test("what an address says wrongly is as by default, whatever it is", () => {
  const wrong =
    "#panel=nowhere&gamma=2&width=1e9&seed=-1&values=1,2&eps=NaN&k=2.5&backend=<b>&step=&problem=__proto__&image=";
  expect(parse(wrong)).toEqual(DEFAULTS);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(Object.keys(parse(text))).toEqual(Object.keys(DEFAULTS));
    }),
  );
});
