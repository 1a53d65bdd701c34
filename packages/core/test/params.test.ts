import * as fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import {
  formatParams,
  formatSpec,
  parseFraction,
  parseLength,
  parseNumber,
  parseParams,
  parseSpec,
  resolveParams,
  type ParamsOf,
  type Spec,
} from "../src/index.ts";

const SCHEMA = {
  steps: { type: "integer", default: 40, min: 1, description: "Steps." },
  stepSize: { type: "length", default: "0.1 eps", description: "Length of a step." },
  eps: { type: "length", default: "8/255", relative: false, description: "Size." },
  loss: { type: "choice", choices: ["margin", "cross-entropy"], default: "margin", description: "Loss." },
  start: { type: "boolean", default: true, description: "Random start." },
  rate: { type: "number", default: 0.5, min: 0, max: 1, description: "Rate." },
  widths: { type: "numbers", default: [0.1, 0.2], min: 1e-3, description: "Widths." },
  ladder: { type: "stages", columns: ["iterations", "samples"], default: [[20, 100]], description: "Stages." },
  backward: { type: "string", default: "exact", description: "Backward pass." },
  forms: { type: "strings", default: ["gate:0.1", "relu"], description: "Several." },
} as const;

test("types follow from the schema", () => {
  expectTypeOf<ParamsOf<typeof SCHEMA>>().toEqualTypeOf<{
    readonly steps: number;
    readonly stepSize: number | string;
    readonly eps: number | string;
    readonly loss: "margin" | "cross-entropy";
    readonly start: boolean;
    readonly rate: number;
    readonly widths: readonly number[];
    readonly ladder: readonly (readonly number[])[];
    readonly backward: string;
    readonly forms: readonly string[];
  }>();
});

test("defaults are filled in, and what is undefined counts as not given", () => {
  const params = resolveParams("pgd", SCHEMA, { steps: 10, rate: undefined });
  expect(params).toMatchObject({ steps: 10, rate: 0.5, loss: "margin", widths: [0.1, 0.2] });
  expect(Object.isFrozen(params)).toBe(true);
});

test.each([
  [{ step: 1 }, 'Unknown parameter of pgd "step". Known: steps,'],
  [{ steps: 0 }, "Parameter steps of pgd is 0. It takes a whole number of at least 1."],
  [{ steps: 1.5 }, "a whole number"],
  [{ stepSize: 0 }, 'a positive number, a fraction such as "8/255", or a share such as "0.1 eps"'],
  [{ stepSize: "much" }, "a share such as"],
  [{ eps: "0.5 eps" }, 'It takes a positive number, or a fraction such as "8/255".'],
  [{ loss: "hinge" }, "one of margin, cross-entropy"],
  [{ start: "yes" }, "true or false"],
  [{ rate: 2 }, "a number from 0 to 1"],
  [{ rate: NaN }, "a number from 0 to 1"],
  [{ widths: [] }, "a list of numbers of at least 0.001"],
  [{ ladder: [[20]] }, "a list of stages [iterations, samples]"],
  [{ backward: 1 }, "text"],
  [{ forms: "relu" }, "a list of texts"],
  [{ forms: ["a+b"] }, "a list of texts"],
])("%j is refused", (given, message) => {
  expect(() => resolveParams("pgd", SCHEMA, given as never)).toThrow(message);
});

test("texts become values by the type of their parameter", () => {
  const texts = { steps: "1e2", stepSize: "2/255", widths: "0.1+1e-1+2", ladder: "20x100+60x20000", start: "false" };
  expect(parseParams("pgd", SCHEMA, { ...texts, backward: "gate:0.2", forms: "gate:1e-2+exact" })).toEqual({
    steps: 100,
    stepSize: "2/255",
    widths: [0.1, 0.1, 2],
    ladder: [
      [20, 100],
      [60, 20000],
    ],
    start: false,
    backward: "gate:0.2",
    forms: ["gate:1e-2", "exact"],
  });
  expect(() => parseParams("pgd", SCHEMA, { steps: "0x10" })).toThrow("It takes a whole number");
  expect(() => parseParams("pgd", SCHEMA, { widths: "1;2" })).toThrow("written 0.1+0.2+0.3");
  expect(() => parseParams("pgd", SCHEMA, { step: "3" })).toThrow("Known: steps");
});

test("what differs from the default is written, and read back as the same", () => {
  const value = {
    steps: fc.integer({ min: 1 }),
    stepSize: fc.constantFrom(0.01, "2/255", "0.1 eps", 1e21, 1e-7),
    loss: fc.constantFrom("margin", "cross-entropy"),
    start: fc.boolean(),
    rate: fc.double({ min: 0, max: 1, noNaN: true }),
    widths: fc.array(fc.double({ min: 1e-3, noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4 }),
    ladder: fc.array(fc.tuple(fc.integer({ min: 1 }), fc.integer({ min: 1 })), { minLength: 1, maxLength: 3 }),
  };
  fc.assert(
    fc.property(fc.record(value, { requiredKeys: [] }), (given) => {
      const params = resolveParams("pgd", SCHEMA, given as never);
      const texts = formatParams(SCHEMA, params);
      expect(resolveParams("pgd", SCHEMA, parseParams("pgd", SCHEMA, texts))).toEqual(params);
    }),
  );
  expect(formatParams(SCHEMA, resolveParams("pgd", SCHEMA))).toEqual({});
});

test("specs are read: a name, parts, parameters", () => {
  const plain = (name: string, params = {}): Spec => ({ name, of: [], params });
  expect(parseSpec("attack", "pgd")).toEqual(plain("pgd"));
  expect(parseSpec("backend", " wasm : threads = 1 , winograd=false ")).toEqual(
    plain("wasm", { threads: "1", winograd: "false" }),
  );
  expect(parseSpec("attack", "own/one:backward=gate:0.2")).toEqual(plain("own/one", { backward: "gate:0.2" }));
  expect(parseSpec("attack", "cascade(pgd:steps=2,stepSize=0.1 eps, adaptive(pgd),square:n=1):restarts=2")).toEqual({
    name: "cascade",
    of: [
      plain("pgd", { steps: "2", stepSize: "0.1 eps" }),
      { name: "adaptive", of: [plain("pgd")], params: {} },
      plain("square", { n: "1" }),
    ],
    params: { restarts: "2" },
  });
});

test.each([
  ["", "where a name should stand there is nothing"],
  ["pgd:", "where a parameter should stand there is nothing"],
  ["pgd:steps", 'where "=" and the value of steps should stand there is nothing'],
  ["pgd:steps=", "where the value of steps should stand there is nothing"],
  ["pgd:steps=1,", 'where its end should stand there is ","'],
  ["pgd:steps=1,steps=2", "has steps twice"],
  ["cascade(pgd", 'where "," or ")" should stand there is nothing'],
  ["cascade()", "where a name should stand"],
  ["pgd)", 'where its end should stand there is ")"'],
])("the spec %j is refused", (text, message) => {
  expect(() => parseSpec("attack", text)).toThrow(message);
});

test("any spec that is written is read back as the same", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}(\/[a-z]{1,4})?$/);
  const params = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z-]{0,5}$/), fc.stringMatching(/^[0-9a-z./:+]{1,6}$/), {
    noNullPrototype: true,
    maxKeys: 3,
  });
  const { spec } = fc.letrec<{ spec: Spec }>((tie) => ({
    spec: fc.record({
      name,
      of: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie("spec"), { maxLength: 3 })),
      params,
    }),
  }));
  fc.assert(
    fc.property(spec, (each) => {
      expect(parseSpec("attack", formatSpec(each))).toEqual(each);
    }),
  );
});

test("numbers are read in one way", () => {
  for (const [text, value] of [
    ["1e3", 1000],
    [" .5", 0.5],
    ["-2.", -2],
  ] as const)
    expect(parseNumber(text)).toBe(value);
  for (const text of ["0x10", "1_000", "", "Infinity", "1e", "NaN", "0b1"]) expect(parseNumber(text)).toBeNaN();
  expect(parseFraction("8 / 255")).toBe(8 / 255);
  expect(parseLength("eps", 0.5)).toBe(0.5);
  expect(parseLength("0.1 eps", 0.5)).toBe(0.05);
  expect(parseLength("much", 0.5)).toBeNaN();
});
