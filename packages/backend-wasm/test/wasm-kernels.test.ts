import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { random } from "../../backend/test/helpers/numbers.ts";
import { expectAsOnCpu, startWasm } from "./start-wasm.ts";

beforeAll(startWasm);

/** Runs a property with a fixed seed. */
function forAll<T>(values: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns = 60): Promise<void> {
  return fc.assert(fc.asyncProperty(values, check), { seed: 3, numRuns }) as Promise<void>;
}

const shape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe("wasm kernels agree with the cpu backend", () => {
  test("a NaN or an infinity shows in its own column alone", () =>
    expectAsOnCpu(() => {
      const x = tf.buffer(
        [64, 6],
        "float32",
        Float32Array.from({ length: 384 }, (_, i) => i % 7),
      );
      x.set(NaN, 3, 0);
      x.set(-Infinity, 5, 1);
      x.set(Infinity, 5, 2);
      return [tf.sum(x.toTensor(), 0), tf.mean(x.toTensor(), 0)];
    }));

  test.each(["float32", "int32", "bool"] as const)("one value at an index, another elsewhere, of type %s", (type) =>
    expectAsOnCpu(() => {
      const [on, off] = type === "bool" ? [1, 0] : [2, -3];
      return tf.oneHot(
        [
          [3, 0, -1],
          [1, 4, 7],
        ],
        5,
        on,
        off,
        type,
      );
    }),
  );

  test("sums of integers stay integers", () => expectAsOnCpu(() => tf.sum(tf.ones([8, 8, 4], "int32"), [0, 1])));

  test("a choice between truths, beside other tensors", () =>
    expectAsOnCpu(() => {
      const [a, b] = [0, 1].map((part) =>
        tf.tensor(
          Array.from({ length: 999 }, (_, i) => (i >> part) % 2),
          [333, 3],
          "bool",
        ),
      );
      const rows = tf.tensor1d(
        Array.from({ length: 333 }, (_, i) => i % 5 < 2),
        "bool",
      );
      const chosen = [tf.where(tf.logicalXor(a!, b!), a!, b!), tf.where(rows, rows, tf.logicalNot(rows))];
      return chosen.map((each) => tf.cast(each, "int32"));
    }));

  test("slices", () =>
    forAll(
      shape.chain((s) =>
        fc.tuple(
          fc.constant(s),
          fc.tuple(
            ...s.map((size) =>
              fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).map(([a, b]) => [Math.min(a, b), Math.abs(a - b) + 1]),
            ),
          ),
        ),
      ),
      ([s, parts]) =>
        expectAsOnCpu(() => {
          const x = random(s as [number], 1);
          const begin = parts.map(([start]) => start!);
          const size = parts.map(([, length]) => length!);
          return [
            tf.slice(x, begin, size),
            tf.slice(x, begin[0]!),
            tf.slice(x, begin, [...size.slice(1).fill(-1), -1]),
          ];
        }),
    ));

  test("tiles", () =>
    forAll(
      shape.chain((s) => fc.tuple(fc.constant(s), fc.tuple(...s.map(() => fc.integer({ min: 1, max: 3 }))))),
      ([s, reps]) => expectAsOnCpu(() => tf.tile(random(s as [number], 1), reps)),
    ));

  test("comparisons of two shapes", () =>
    forAll(fc.tuple(shape, fc.infiniteStream(fc.boolean()), fc.nat(5)), ([whole, one, cut]) => {
      const part = whole.slice(Math.min(cut, whole.length)).map((size) => (one.next().value ? 1 : size));
      const thin = whole.map((size) => (one.next().value ? 1 : size));
      return expectAsOnCpu(() => {
        // Of few values, so that some are equal.
        const [a, b] = [part, thin].map((each, seed) => tf.round(tf.mul(random(each as [number], seed), 2)));
        const both = [a!, tf.where(tf.greater(b!, 1), NaN, b!)] as const;
        return [tf.equal, tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.notEqual]
          .flatMap((compare) => [compare(...both), compare(both[1], both[0])])
          .map((each) => tf.cast(each, "int32"));
      });
    }));

  test("clones and casts", () =>
    expectAsOnCpu(() => {
      const x = random([3, 4], 1);
      const copy = tf.clone(x);
      x.dispose();
      return [copy, tf.cast(copy, "float32"), tf.cast(tf.mul(copy, 5), "int32"), tf.cast(copy, "bool")];
    }));
});

test("convolutions with the channels first are refused with advice", () => {
  const call = (): unknown =>
    tf.engine().runKernel(tf.Conv2DBackpropFilter, { x: tf.ones([1, 2, 4, 4]), dy: tf.ones([1, 3, 4, 4]) }, {
      strides: [1, 1],
      pad: "same",
      dataFormat: "NCHW",
      filterShape: [3, 3, 2, 3],
    } as unknown as tf.NamedAttrMap);
  expect(() => tf.tidy(() => void call())).toThrow(/Transpose to "NHWC"/);
});

test("registering the kernels again changes nothing", async () => {
  const kernel = tf.getKernel(tf.Conv2DBackpropFilter, "wasm").kernelFunc;
  const gradient = tf.getGradient(tf.FusedBatchNorm).gradFunc;
  await startWasm();
  expect(tf.getKernel(tf.Conv2DBackpropFilter, "wasm").kernelFunc).toBe(kernel);
  expect(tf.getGradient(tf.FusedBatchNorm).gradFunc).toBe(gradient);
});
