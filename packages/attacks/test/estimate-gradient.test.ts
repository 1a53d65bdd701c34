import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { estimateGradient, type EstimateOptions } from "../src/attacks/estimate-gradient.ts";

const SIZE = 12;
const normal = (...key: [string, number]) => keyedRandom(0, ...key).normal(new Float32Array(SIZE));

/** A curved function whose gradient changes from point to point, so that an estimate at a wrong point shows. */
const curved = (x: tf.Tensor): tf.Tensor1D =>
  tf.tidy(() => {
    const flat = tf.reshape(x, [x.shape[0]!, -1]);
    const a = tf.tensor1d(normal("a", 0));
    const b = tf.tensor1d(normal("b", 0));
    return tf.add(tf.sum(tf.sin(tf.mul(flat, tf.mul(a, 4))), 1), tf.sum(tf.mul(tf.square(flat), b), 1));
  });

function options(change: Partial<EstimateOptions> = {}): EstimateOptions {
  return {
    sigma: 0.01,
    samples: 2000,
    chunkBytes: 1 << 16,
    random: (row, pair) => keyedRandom(0, "noise", row, pair),
    loss: async (points) => curved(points),
    tick: async () => {},
    ...change,
  };
}

const points = (): tf.Tensor => tf.tensor3d(new Float32Array([...normal("x", 0), ...normal("x", 1)]), [2, 4, 3]);

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0);

test("the estimate has the direction and the length of the gradient at the iterate", async () => {
  const x = points();
  const before = tf.memory().numTensors;
  const estimate = await estimateGradient(x, options());
  expect(tf.memory().numTensors).toBe(before + 1);
  const exact = tf.tidy(() => tf.grad((at) => tf.sum(curved(at)))(x));
  const doubled = tf.tidy(() => tf.grad((at) => tf.sum(curved(at)))(tf.mul(x, 2)));
  for (const row of [0, 1]) {
    const of = (t: tf.Tensor) => t.dataSync().slice(row * SIZE, (row + 1) * SIZE);
    const cosine = (g: tf.Tensor) =>
      dot(of(estimate), of(g)) / Math.sqrt(dot(of(estimate), of(estimate)) * dot(of(g), of(g)));
    expect(cosine(exact)).toBeGreaterThan(0.95);
    // The function is curved enough that another point would be noticed.
    expect(cosine(doubled)).toBeLessThan(0.9);
    const length = Math.sqrt(dot(of(estimate), of(estimate)) / dot(of(exact), of(exact)));
    expect(Math.abs(length - 1)).toBeLessThan(0.1);
  }
});

test("it asks for as many points as it says, symmetric about the iterate, in chunks of the given size", async () => {
  const x = points();
  const asked = [0, 0];
  const sums = [new Float64Array(SIZE), new Float64Array(SIZE)];
  const loss: EstimateOptions["loss"] = async (at, rows) => {
    expect(at.size * 4).toBeLessThanOrEqual(1000);
    const values = at.dataSync();
    for (const [i, row] of rows.entries()) {
      asked[row]! += 1;
      for (let j = 0; j < SIZE; j++) sums[row]![j]! += values[i * SIZE + j]!;
    }
    return curved(at);
  };
  await estimateGradient(x, options({ samples: 30, chunkBytes: 1000, loss }));
  expect(asked).toEqual([30, 30]);
  const center = x.dataSync();
  for (const row of [0, 1]) {
    for (let j = 0; j < SIZE; j++) expect(sums[row]![j]! / 30).toBeCloseTo(center[row * SIZE + j]!, 5);
  }
});

test("a row's estimate does not depend on the other rows", async () => {
  const x = points();
  const small = { samples: 50, chunkBytes: 2000 };
  const both = await estimateGradient(x, options(small));
  const second = await estimateGradient(
    tf.slice(x, 1, 1),
    options({ ...small, random: (_row, pair) => keyedRandom(0, "noise", 1, pair) }),
  );
  expect(second.dataSync()).toEqual(both.dataSync().slice(SIZE));
});
