import { InputError } from "@kwta/core";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { array, generator } from "@tensorflow/tfjs-data";
import { expect, test } from "vitest";
import { batches, defineDataset, fromTfData, prefetch, toTfData, type OwnDataset } from "../src/index.ts";
import { randomSplit } from "./_splits.ts";

const shape = [2, 2, 3] as const;
const bytes = Uint8Array.from({ length: 24 }, (_, i) => 10 * i);
const own: OwnDataset = {
  name: "mine",
  shape,
  classNames: ["a", "b"],
  train: { images: bytes, labels: [1, 0] },
  test: { images: Float32Array.from(bytes, (value) => value / 255), labels: Uint8Array.of(0, 1), ids: [7, 9] },
};

test("arrays become a data set; floats are rounded to the bytes that they came from", () => {
  const { train, test: held, ...rest } = defineDataset(own);
  expect(rest).toEqual({ name: "mine", shape, classNames: ["a", "b"], source: { kind: "own" } });
  expect(train).toEqual({ shape, size: 2, images: bytes, labels: Int32Array.of(1, 0), ids: Int32Array.of(0, 1) });
  expect(held).toEqual({ shape, size: 2, images: bytes, labels: Int32Array.of(0, 1), ids: Int32Array.of(7, 9) });
  expect([...batches(train, { batchSize: 2, seed: 0, epoch: 0 })]).toHaveLength(1);
});

test.each([
  [{ classNames: [] }, /number of classes is 0/],
  [{ shape: [2, 0, 3] as const }, /width of an image is 0/],
  [
    { train: { images: bytes, labels: [1, 0, 1] } },
    /training samples cannot be used: 3 images of 2 x 2 x 3 have 36 numbers, not 24/,
  ],
  [{ test: { images: bytes, labels: [1, 2] } }, /test samples cannot be used: label 1 is 2, not a class from 0 to 1/],
  [{ test: { images: bytes, labels: [1, 0.5] } }, /label 1 is 0.5/],
  [{ test: { images: bytes, labels: [] } }, /no labels/],
  [{ test: { images: bytes, labels: [1, 1], ids: [1] } }, /2 labels and 1 ids/],
  [
    { train: { images: Float32Array.from(bytes), labels: [1, 0] } },
    /value 1 of the images is 10; floats run from 0 to 1/,
  ],
  [{ train: { images: new Float32Array(24).fill(Number.NaN), labels: [1, 0] } }, /value 0 of the images is NaN/],
] as [Partial<OwnDataset>, RegExp][])("%j is refused", (bad, words) => {
  expect(() => defineDataset({ ...own, ...bad })).toThrow(InputError);
  expect(() => defineDataset({ ...own, ...bad })).toThrow(words);
});

const split = randomSplit([0, 1, 2, 0, 1, 2, 0], [3, 4, 3]);

test("out to tf.data: each pass is an epoch of batches", async () => {
  const before = tf.memory().numTensors;
  const data = generator(toTfData(split, { batchSize: 3, seed: 5, epoch: 4, augment: "crop-flip" }) as never);
  for (const epoch of [4, 5]) {
    const expected = [...batches(split, { batchSize: 3, seed: 5, epoch, augment: "crop-flip" })];
    let i = 0;
    await data.forEachAsync((element) => {
      const { xs, ys } = element as unknown as { xs: tf.Tensor; ys: tf.Tensor };
      expect(xs.shape).toEqual(expected[i]!.shape);
      expect(xs.dataSync()).toEqual(expected[i]!.x);
      expect([...ys.dataSync()]).toEqual([...expected[i++]!.labels]);
      tf.dispose([xs, ys]);
    });
    expect(i).toBe(3);
  }
  expect(tf.memory().numTensors).toBe(before);
  expect(() => toTfData(split, { batchSize: 0, seed: 5 })).toThrow(/batch size is 0/);
});

test("in from tf.data: tensors or arrays, one by one or in batches", async () => {
  const before = tf.memory().numTensors;
  const options = { shape: split.shape, classes: 3 };
  const back = await fromTfData(generator(toTfData(split, { batchSize: 3, seed: 5 }) as never), options);
  const sent = [...batches(split, { batchSize: 7, seed: 5, epoch: 0 })][0]!;
  expect([...back.labels]).toEqual([...sent.labels]);
  expect(Float32Array.from(back.images, (value) => value / 255)).toEqual(sent.x);

  const floats = Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => [0, 0.5, 1]));
  const plain = array([
    { xs: floats, ys: 2 },
    { xs: floats, ys: 1 },
  ] as never);
  for (const data of [plain, plain.batch(2)]) {
    const small = await fromTfData(data as never, options);
    expect([[...small.labels], small.size, [...small.images.subarray(0, 3)]]).toEqual([[2, 1], 2, [0, 128, 255]]);
  }
  await expect(fromTfData(array([{ x: 1 }] as never), options)).rejects.toThrow(/is \["x"\]; it must be \{ xs, ys \}/);
  await expect(fromTfData(plain as never, { shape: [4, 4, 3], classes: 3 })).rejects.toThrow(
    /tf.data samples cannot be used/,
  );
  expect(tf.memory().numTensors).toBe(before);
});

test("prefetch keeps order and errors, and runs ahead by so many", async () => {
  let asked = 0;
  let closed = false;
  async function* slow() {
    try {
      for (let i = 0; i < 6; i++) {
        asked++;
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (i === 5) throw new InputError("the sixth");
        yield i;
      }
    } finally {
      closed = true;
    }
  }
  const got: number[] = [];
  const all = async () => {
    for await (const value of prefetch(slow(), 3)) got.push(value);
  };
  await expect(all()).rejects.toThrow("the sixth");
  expect([got, closed]).toEqual([[0, 1, 2, 3, 4], true]);
  asked = 0;
  for await (const value of prefetch(slow(), 2)) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toBe(value + 3);
    if (value === 1) break;
  }
  await expect(prefetch(slow(), 0).next()).rejects.toThrow(/number of elements under way is 0/);
});
