import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { zeros } from "../helpers/reference.ts";
import { expectRight } from "./operation.ts";
import { describeEach, OTHER_WAYS } from "./ways.ts";

const anyShape = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describeEach(OTHER_WAYS, ({ share }) => {
  const numRuns = 60 * share;

  test.each([[[1]], [[3, 5]], [[2, 9, 7, 33]], [[16, 4100]]])("relu of %j and its gradient", (shape) =>
    expectRight({
      inputs: [shape],
      compute: (x) => tf.relu(x!),
      reference: ([x], dy) => ({
        output: x!.map((v) => Math.max(0, v)),
        gradients: [dy.map((v, i) => (x![i]! > 0 ? v : 0))],
      }),
    }),
  );

  test.each([
    ["sum", tf.sum],
    ["mean", tf.mean],
  ] as const)("%s over any axes and its gradient", async (name, reduce) => {
    const anyCase = fc.record({ shape: anyShape, choice: fc.integer({ min: 0, max: 31 }), keepDims: fc.boolean() });
    const property = fc.asyncProperty(anyCase, async ({ shape, choice, keepDims }) => {
      const axes = [...shape.keys()].filter((axis) => (choice >> axis) & 1);
      const count = name === "mean" ? axes.reduce((product, axis) => product * shape[axis]!, 1) : 1;
      const target = groups(shape, axes);
      await expectRight({
        inputs: [shape],
        compute: (x) => reduce(x!, axes, keepDims),
        reference([x], dy) {
          const output = zeros(dy.length);
          x!.forEach((value, i) => (output[target[i]!]! += value / count));
          return { output, gradients: [x!.map((_, i) => dy[target[i]!]! / count)] };
        },
      });
    });
    await fc.assert(property, { seed: 3, numRuns });
  });

  test.each([[[32, 8, 8, 5]], [[1, 4096, 1, 4]], [[6, 7, 9, 16]], [[1024, 33]]])(
    "the sums of many rows, and the largest of each, %j",
    async (shape) => {
      const columns = shape.at(-1)!;
      const axes = [...shape.keys()].slice(0, -1);
      const perColumn = (x: Float32Array, start: number, merge: (a: number, b: number) => number): number[] =>
        Array.from({ length: columns }, (_, c) => x.reduce((a, b, i) => (i % columns === c ? merge(a, b) : a), start));
      await expectRight({
        inputs: [shape],
        compute: (x) => tf.sum(x!, axes),
        reference: ([x]) => ({ output: perColumn(x!, 0, (a, b) => a + b) }),
      });
      await expectRight({
        inputs: [shape],
        compute: (x) => tf.max(x!, axes),
        reference: ([x]) => ({ output: perColumn(x!, -Infinity, Math.max) }),
      });
    },
  );

  test("arithmetic with one value per channel, on either side, and its gradients", async () => {
    const anyCase = fc.record({
      rows: fc.constantFrom(1, 63, 64, 96, 300),
      columns: fc.constantFrom(1, 2, 3, 16, 90),
      rowFirst: fc.boolean(),
      multiply: fc.boolean(),
    });
    const property = fc.asyncProperty(anyCase, async ({ rows, columns, rowFirst, multiply }) => {
      const combine = multiply ? tf.mul : tf.sub;
      const sign = rowFirst ? -1 : 1;
      await expectRight({
        inputs: [[rows, columns], [columns]],
        compute: (x, row) => (rowFirst ? combine(row!, x!) : combine(x!, row!)),
        reference([x, row], dy) {
          const byRow = zeros(columns);
          dy.forEach((value, i) => (byRow[i % columns]! += multiply ? value * x![i]! : -sign * value));
          const other = (i: number): number => row![i % columns]!;
          return {
            output: x!.map((value, i) => (multiply ? value * other(i) : sign * (value - other(i)))),
            gradients: [dy.map((value, i) => (multiply ? value * other(i) : sign * value)), byRow],
          };
        },
      });
    });
    await fc.assert(property, { seed: 3, numRuns });
  });

  test("sums of segments, whose numbers may repeat, be missing or lie outside", async () => {
    const anyCase = fc.record({
      ids: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 30 }),
      columns: fc.integer({ min: 1, max: 9 }),
    });
    const property = fc.asyncProperty(anyCase, ({ ids, columns }) =>
      expectRight({
        inputs: [[ids.length, columns]],
        compute: (x) => tf.unsortedSegmentSum(x!, tf.tensor1d(ids, "int32"), 6),
        reference([x]) {
          const output = zeros(6 * columns);
          x!.forEach((value, i) => {
            const id = ids[Math.floor(i / columns)]!;
            if (id < 6) output[id * columns + (i % columns)]! += value;
          });
          return { output };
        },
      }),
    );
    await fc.assert(property, { seed: 3, numRuns });
  });

  test("gather and its gradient", async () => {
    const ids = [4, 0, 4, 2];
    await expectRight({
      inputs: [[5, 3]],
      compute: (x) => tf.gather(x!, tf.tensor1d(ids, "int32")),
      reference([x], dy) {
        const dx = zeros(15);
        dy.forEach((value, i) => (dx[ids[Math.floor(i / 3)]! * 3 + (i % 3)]! += value));
        return { output: ids.flatMap((id) => Array.from(x!.slice(3 * id, 3 * id + 3))), gradients: [dx] };
      },
    });
  });

  test("a sum of ones counts exactly", async () => {
    const count = tf.tidy(() => tf.sum(tf.ones([160, 3, 7, 4]), [0, 1, 2]));
    expect(Array.from(await count.data())).toEqual([3360, 3360, 3360, 3360]);
    count.dispose();
  });
});

/** For each value of a tensor the index of the sum over some axes that it belongs to. */
function groups(shape: readonly number[], axes: readonly number[]): number[] {
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, i) => {
    let rest = i;
    let group = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis]!;
      if (!axes.includes(axis)) {
        group += (rest % length) * stride;
        stride *= length;
      }
      rest = Math.floor(rest / length);
    }
    return group;
  });
}
