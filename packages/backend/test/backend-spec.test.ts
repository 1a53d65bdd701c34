import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { climbLadder, cpuStarter, formatBackend, parseBackend, type BackendStarter } from "../src/index.ts";
import { startBackend } from "../src/index.node.ts";

afterEach(() => vi.unstubAllEnvs());

test.each([
  ["wasm", { name: "wasm", options: {} }],
  ["wasm:threads=2", { name: "wasm", options: { threads: 2 } }],
  ["auto: threads=1, winograd=false", { name: "auto", options: { threads: 1, winograd: false } }],
  ["wasm:shared-memory=true,relaxed-simd=false", { name: "wasm", options: { sharedMemory: true, relaxedSimd: false } }],
])("%j is read, and written so that it reads the same", (text, spec) => {
  expect(parseBackend(text)).toEqual(spec);
  expect(parseBackend(formatBackend(spec))).toEqual(spec);
});

test.each([
  ["wasm:", 'The backend "wasm:" has "" for an option; write it as in "wasm:threads=1,winograd=false".'],
  ["wasm:threads", 'The backend "wasm:threads" has "threads" for an option; write it as in'],
  ["wasm:threads=1,", 'has "" for an option'],
  ["wasm:threads=", 'has "threads=" for an option'],
  ["wasm:winograd=no", 'winograd of the backend "wasm:winograd=no" is "no"; it must be true or false.'],
  ["wasm:threads=two", 'threads of the backend "wasm:threads=two" is "two"; it must be a whole number of at least 1.'],
  ["wasm:threads=0", 'is "0"; it must be a whole number'],
  ["wasm:winogard=true", 'Unknown backend option "winogard". Known: winograd, '],
  ["wasm:threads=1,threads=1", "has threads twice; give it once."],
  ["wasm:toString=1", 'Unknown backend option "toString".'],
])("%j is refused", (text, message) => {
  expect(() => parseBackend(text)).toThrow(InputError);
  expect(() => parseBackend(text)).toThrow(message);
});

describe("a ladder", () => {
  /** Says what it was started with. */
  const given: unknown[] = [];
  const starter: BackendStarter = {
    name: "other",
    async start(options) {
      given.push(options);
      return { ...(await cpuStarter.start({})), threads: options.threads ?? 7, winograd: options.winograd ?? true };
    },
  };

  test("starts with the options of a spec and those beside it, and reports all that are known", async () => {
    const { name, spec } = await climbLadder([starter], { backend: "other:threads=3", winograd: false, threads: 3 });
    expect(given.pop()).toMatchObject({ threads: 3, winograd: false });
    expect({ name, spec }).toEqual({ name: "other", spec: "other:threads=3,winograd=false" });
    await climbLadder([starter], { backend: "auto:threads=2" });
    expect(given.pop()).toMatchObject({ threads: 2 });
  });

  test.each([
    [{ backend: "other:threads=3", threads: 2 }, 'threads is 2, but the backend "other:threads=3" says 3.'],
    [
      { backend: "cpu:winograd=false" },
      'The backend "cpu" has no such option as in "cpu:winograd=false"; leave it out.',
    ],
    [{ backend: "othre:threads=2" }, 'Unknown backend "othre". Known: other, '],
  ])("refuses %j", async (options, message) => {
    await expect(climbLadder([starter, cpuStarter], options)).rejects.toThrow(message);
    expect(given).toEqual([]);
  });

  test("an option that the backend at hand has not does no harm to auto", async () => {
    expect(await climbLadder([cpuStarter], { backend: "auto:winograd=false" })).toMatchObject({ spec: "cpu" });
  });
});

test("the environment's options hold where the code gives none, and its backend where the code names none", async () => {
  vi.stubEnv("KWTA_BACKEND", "wasm:threads=2,winograd=false");
  const { spec } = await startBackend({ threads: 1 });
  expect(spec).toMatch(/^wasm:threads=1,relaxed-simd=(true|false),shared-memory=false,winograd=false$/);
  const x = tf.tensor1d([1, 2]);
  // What is reported starts the same engine: it is kept, and its tensors with it.
  expect(await startBackend({ backend: spec })).toMatchObject({ spec });
  expect([...x.dataSync()]).toEqual([1, 2]);
  x.dispose();
  expect(await startBackend({ backend: "wasm:threads=1" })).toMatchObject({ threads: 1, winograd: false });
  vi.stubEnv("KWTA_BACKEND", "wasm:threads=many");
  await expect(startBackend()).rejects.toThrow('is "many"; it must be a whole number');
});
