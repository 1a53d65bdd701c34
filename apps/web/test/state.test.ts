import fc from "fast-check";
import { expect, test } from "vitest";
import { PROBLEMS } from "../src/compute/problems.ts";
import { CARD_NAMES } from "../src/attack/duel-names.ts";
import { packImage, unpackImage } from "../src/attack/pack-image.ts";
import { DEFAULTS, format, parse, SECTIONS, type PageState } from "../src/state.ts";

const tenths = (low: number, high: number): fc.Arbitrary<number> =>
  fc.integer({ min: 10 * low, max: 10 * high }).map((value) => value / 10);

const images = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 784, maxLength: 784 })
  .map((bytes) => Float32Array.from(bytes, (byte) => byte / 255));

const states: fc.Arbitrary<PageState> = fc.record({
  section: fc.constantFrom(...SECTIONS),
  backend: fc.constantFrom("auto", "cpu", "wasm:threads=1,winograd=false"),
  problem: fc.constantFrom(...PROBLEMS),
  gamma: tenths(1, 9).map((value) => value / 10),
  width: fc.integer({ min: 8, max: 256 }),
  layers: fc.integer({ min: 1, max: 3 }),
  rate: fc.constantFrom(0.001, 0.02, 0.3, 1),
  seed: fc.nat(999_999),
  step: fc.integer({ min: 0, max: 20_000 }),
  values: fc.array(tenths(-2, 2), { minLength: 6, maxLength: 6 }),
  k: fc.integer({ min: 1, max: 6 }),
  image: fc.nat(999),
  eps: fc.constantFrom(0.025, 0.1, 0.25),
  attackSeed: fc.nat(999_999),
  hard: fc.boolean(),
  probe: tenths(-1, 1),
  own: fc.oneof(fc.constant(""), images.map(packImage)),
  point: fc.nat(1000),
  towards: fc.constantFrom(...CARD_NAMES),
  attack: fc.constantFrom("apgd", "adaptive(pgd:steps=20):backward=gate:0.1+gate:0.2", "pgd:stepSize=2/255"),
  images: fc.integer({ min: 40, max: 1000 }),
  melted: fc.boolean(),
});

test("a picture of one's own is in the address, to a fifteenth", () => {
  fc.assert(
    fc.property(images, (image) => {
      const read = unpackImage(packImage(image))!;
      expect(Math.max(...read.map((value, i) => Math.abs(value - image[i]!)))).toBeLessThanOrEqual(1 / 30 + 1e-6);
    }),
    { numRuns: 20 },
  );
  expect(unpackImage("abc")).toBeUndefined();
});

test("an address says a state whole", () => {
  fc.assert(
    fc.property(states, (state) => {
      expect(parse(`#${format(state)}`)).toEqual(state);
    }),
  );
  expect(format(DEFAULTS)).toBe("");
});

test("what an address says wrongly is as by default, whatever it is", () => {
  const wrong =
    "#section=nowhere&own=abc&attack=<b>&gamma=2&width=1e9&seed=-1&values=1,2&eps=NaN&k=2.5&backend=<b>&step=&problem=__proto__&image=";
  expect(parse(wrong)).toEqual(DEFAULTS);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(Object.keys(parse(text))).toEqual(Object.keys(DEFAULTS));
    }),
  );
});
