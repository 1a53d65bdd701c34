import { cpu, type Backend } from "@kwta/backend";
import { wasm } from "@kwta/backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { BACKENDS as IN_BROWSERS } from "../src/backends.browser.ts";
import { BACKENDS as IN_NODE } from "../src/backends.node.ts";
import { start } from "../src/start.node.ts";

const names = (backends: readonly Backend[]): string[] => backends.map(({ name }) => name);

test("the best backend comes first, in Node and in browsers", () => {
  expect(names(IN_NODE)).toEqual(["tensorflow", "webgpu", "wasm", "cpu"]);
  expect(names(IN_BROWSERS)).toEqual(["webgpu", "wasm", "webgl", "cpu"]);
});

test("start() starts the one that is named, with k-WTA's kernels in it and in its self-check", async () => {
  const { name, selfCheck } = await start({ backend: "wasm:threads=1" });
  expect([name, tf.getBackend(), selfCheck.compared]).toEqual(["wasm", "wasm", 80]);
  expect(tf.getKernel("Kwta", "wasm")).toBeDefined();
});

test("start() takes backends as values", async () => {
  expect(await start({ backends: [wasm({ threads: 1, winograd: false })] })).toMatchObject({
    params: { threads: 1, winograd: false },
  });
  expect((await start({ backends: [cpu()] })).name).toBe("cpu");
  await expect(start({ backend: "gpu" })).rejects.toThrow('Unknown backend "gpu". Known: ');
});

test("start() refuses what is no options", async () => {
  await expect(start("wasm" as unknown as object)).rejects.toThrow(
    /^The options of start are "wasm"\. Give an object, with some of: .*backend/,
  );
  await expect(start({ bakend: "wasm" } as object)).rejects.toThrow('Unknown option of start "bakend". Known: ');
});
