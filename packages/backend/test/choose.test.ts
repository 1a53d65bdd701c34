import { InputError } from "@kwta/core";
import { beforeEach, describe, expect, test } from "vitest";
import { cpu, startBackend } from "../src/index.ts";
import { defineBackend } from "../src/kit.ts";
import { choose, specOf } from "../src/start/choose.ts";

/** Says what it was started with. */
const given: object[] = [];
const other = defineBackend({
  name: "other",
  schema: {
    threads: { type: "integer", default: 0, min: 0, description: "" },
    winograd: { type: "boolean", default: true, description: "" },
    files: { type: "string", default: "", description: "" },
  },
  async start(params) {
    given.push(params);
    const { threads = 7, winograd = true, files = "" } = params;
    return { ...(await cpu().start()), params: { threads, winograd, files }, threads };
  },
  async register() {},
});

const both = [other(), cpu()];

beforeEach(() => void given.splice(0));

describe("a choice", () => {
  test.each([
    ["other", {}],
    ["other:threads=2", { threads: 2 }],
    ["other: threads = 1, winograd=false", { threads: 1, winograd: false }],
    ["auto:winograd=false,files=/wasm/", { winograd: false, files: "/wasm/" }],
  ])("%j is read", (backend, params) => {
    const { backends, asked } = choose(both, { backend }, {});
    expect(backends[0]!.params).toEqual(params);
    expect(asked).toBe(backend.startsWith("auto") ? undefined : "other");
  });

  test("what is written reads the same, and what has no text is left out", () => {
    const params = { threads: 3, winograd: false, files: "" };
    const text = specOf("other", params);
    expect(text).toBe("other:threads=3,winograd=false");
    expect(choose(both, { backend: text }, {}).backends[0]!.params).toEqual({ threads: 3, winograd: false });
  });

  test.each([
    ["other:", "where a parameter should stand there is nothing"],
    ["other:threads", 'where "=" and the value of threads should stand'],
    ["other:threads=1,threads=1", "has threads twice. Give it once."],
    ["other:winograd=no", 'Parameter winograd of other is "no". It takes true or false.'],
    ["other:threads=two", 'Parameter threads of other is "two". It takes a whole number of at least 0.'],
    ["other:threads=-1", "Parameter threads of other is -1. It takes a whole number of at least 0."],
    ["other:winogard=true", 'Unknown parameter of other "winogard". Known: winograd, '],
    ["other:toString=1", 'Unknown parameter of other "toString".'],
    ["auto:winogard=true", 'Unknown parameter of a backend "winogard". Known: winograd, '],
    ["cpu:winograd=false", 'Unknown parameter of cpu "winograd".'],
    ["othre:threads=2", 'Unknown backend "othre". Known: other, '],
    ["other(cpu)", "is made of others, which no backend is"],
  ])("%j is refused", (backend, message) => {
    expect(() => choose(both, { backend }, {})).toThrow(InputError);
    expect(() => choose(both, { backend }, {})).toThrow(message);
  });

  test.each([
    [{ threads: -1 }, "threads is -1; give a whole number of at least 0."],
    [{ threads: 1.5 }, "threads is 1.5; give a whole number"],
    [{ backend: "other:threads=3", threads: 2 }, 'threads is 2, but the backend "other:threads=3" says 3.'],
  ])("%j is refused", (choice, message) => expect(() => choose(both, choice, {})).toThrow(message));

  test("of nothing is refused", () => expect(() => choose([], {}, {})).toThrow("The list of backends is empty."));

  test("threads are for those that have them", () => {
    expect(choose(both, { threads: 3 }, {}).backends.map(({ params }) => params)).toEqual([{ threads: 3 }, {}]);
  });
});

describe("what goes before what", () => {
  const params = (...args: Parameters<typeof choose>): object => choose(...args).backends[0]!.params;
  const made = [other({ threads: 2, winograd: false }), cpu()];

  test("the program's choice, then what a backend was made with, then the environment", () => {
    expect(params(made, { backend: "other:threads=1" }, {})).toEqual({ threads: 1, winograd: false });
    expect(params(made, {}, { backend: "other:threads=5,files=x", threads: "6" })).toEqual({
      threads: 2,
      winograd: false,
      files: "x",
    });
    expect(params(both, {}, { threads: "6" })).toEqual({ threads: 6 });
    expect(params(both, { threads: 3 }, { threads: "6" })).toEqual({ threads: 3 });
    expect(params(both, {}, { backend: "other:threads=5", threads: "6" })).toEqual({ threads: 5 });
  });

  test("the environment chooses where the program leaves a choice", () => {
    expect(choose(both, {}, { backend: "cpu" }).backends.map(({ name }) => name)).toEqual(["cpu"]);
    expect(choose(both, { backend: "auto" }, { backend: "cpu" }).backends).toHaveLength(2);
    expect(choose([other()], {}, { backend: "cpu" })).toMatchObject({ asked: "other" });
    expect(params([other()], {}, { backend: "other:threads=5" })).toEqual({ threads: 5 });
    expect(() => choose(both, {}, { backend: "gpu" })).toThrow('Unknown backend "gpu"');
    expect(() => choose(both, {}, { threads: "many" })).toThrow(
      'The environment variable KWTA_THREADS is "many"; give a whole number of at least 0, which is for all cores.',
    );
  });
});

test("a start hands on what was chosen, and reports all that is known", async () => {
  const { name, spec, params } = await startBackend([other({ winograd: false })], { threads: 3 });
  expect(given.pop()).toEqual({ threads: 3, winograd: false });
  expect([name, spec, params]).toEqual([
    "other",
    "other:threads=3,winograd=false",
    { threads: 3, winograd: false, files: "" },
  ]);
});
