import "@tensorflow/tfjs-backend-cpu";
import { defineDataset } from "@kwta/datasets";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { withEmptyValues } from "../src/command.ts";
import { COMMANDS } from "../src/commands/index.ts";
import { chooseSamples } from "../src/evaluate/samples.ts";
import { readTargets } from "../src/evaluate/targets.ts";

beforeAll(() => tf.setBackend("cpu"));

test("a target is a choice, a class or its name, and the likeliest class without a value", () => {
  const classes = ["cat", "dog", "7"];
  const read = (text: string): unknown => readTargets(text, classes);
  expect(["", "random", "least-likely", "dog", "1", "7"].map(read)).toEqual([
    "likely",
    "random",
    "least-likely",
    1,
    1,
    2,
  ]);
  expect(readTargets(undefined, classes)).toBeUndefined();
  expect(() => read("caat")).toThrow(/Unknown target "caat"\. Known: cat/);
  expect(() => read("3")).toThrow('--targeted is "3", but the classes are 0 to 2');
});

test("an option without its value does not take the next one for it", () => {
  const typed = ["net", "--targeted", "--eps", "-1", "--json", "--samples"];
  const args = withEmptyValues(typed, COMMANDS["evaluate"]!.args);
  expect(args).toEqual(["net", "--targeted=", "--eps", "-1", "--json", "--samples="]);
});

test("images of the one class that is the target are left out, and as many others taken", async () => {
  const split = {
    images: Uint8Array.from({ length: 12 }, (_, i) => i),
    labels: Int32Array.from([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]),
  };
  const dataset = defineDataset({
    name: "mine",
    shape: [1, 1, 1],
    classNames: ["a", "b", "c"],
    train: split,
    test: split,
  });
  const labels = async (count: number, without?: number): Promise<number[]> => {
    const { x, labels: chosen } = await chooseSamples(dataset, count, { bounds: undefined, without });
    x.dispose();
    return Array.from(chosen).sort();
  };
  expect(await labels(6, 1)).toEqual([0, 0, 0, 2, 2, 2]);
  expect(await labels(100, 1)).toHaveLength(8);
  expect(await labels(6)).toEqual([0, 0, 1, 1, 2, 2]);
});
