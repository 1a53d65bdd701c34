import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { toTensors } from "../src/index.ts";
import { randomSplit } from "./_splits.ts";

const every = { ...randomSplit([0], [16, 16, 1]), images: Uint8Array.from({ length: 256 }, (_, i) => i) };

test("pixels are the float32 quotients by 255, in place", () => {
  const before = tf.memory().numTensors;
  const { x, labels, ids } = toTensors(every, [0]);
  expect(x.shape).toEqual([1, 16, 16, 1]);
  // Float32 division rounds the exact quotient once; so does this.
  expect([...x.dataSync()]).toEqual(Array.from({ length: 256 }, (_, i) => Math.fround(i / 255)));
  expect(x.dataSync()[1]).toBe(0.003921568859368563); // torch.tensor([1.0]).div(255)
  expect([labels, ids]).toEqual([Int32Array.of(0), Int32Array.of(1)]);
  expect(tf.memory().numTensors).toBe(before + 1);
  x.dispose();
});

test("positions and ranges pick samples in the order given", () => {
  const split = randomSplit([4, 3, 2, 1, 0]);
  const some = toTensors(split, [3, 0, 3]);
  expect(some.labels).toEqual(Int32Array.of(1, 4, 1));
  expect(some.ids).toEqual(Int32Array.of(10, 1, 10));
  const range = toTensors(split, { start: 1, end: 4 });
  expect(range.ids).toEqual(Int32Array.of(4, 7, 10));
  const bytes = range.x.dataSync().map((value) => value * 255);
  expect([...bytes].map(Math.round)).toEqual([...split.images.subarray(90, 4 * 90)]);
  tf.dispose([some.x, range.x]);
});

test.each([[[5]], [[-1]], [[0.5]], [[Number.NaN]], [[]], [{ start: 3, end: 6 }], [{ start: 2, end: 2 }]])(
  "a position outside the split is refused: %j",
  (which) => {
    expect(() => toTensors(randomSplit([0, 1, 2, 3, 4]), which)).toThrow(InputError);
    expect(() => toTensors(randomSplit([0, 1, 2, 3, 4]), which)).toThrow("samples 0 to 4");
  },
);
