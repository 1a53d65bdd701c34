import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { convolution, convolutionGradients } from "./_reference.ts";
import { largestError, numbers, startWasm } from "./_engine.ts";

beforeAll(startWasm);

interface Case {
  readonly input: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: [number, number];
  readonly pad: "same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]];
}

const TABLE: Record<string, Case> = {
  "3x3 same": { input: [2, 6, 5, 3], filter: [3, 3, 3, 4], strides: [1, 1], pad: "same" },
  "3x3 same, 35 channels": { input: [2, 5, 5, 35], filter: [3, 3, 35, 33], strides: [1, 1], pad: "same" },
  "3x3 same, stride 2, even size": { input: [2, 6, 8, 3], filter: [3, 3, 3, 4], strides: [2, 2], pad: "same" },
  "3x3 same, stride 2, odd size": { input: [2, 7, 5, 3], filter: [3, 3, 3, 4], strides: [2, 2], pad: "same" },
  "3x3 valid, stride 2, unused last row": { input: [2, 6, 8, 3], filter: [3, 3, 3, 4], strides: [2, 2], pad: "valid" },
  "1x1": { input: [3, 4, 5, 7], filter: [1, 1, 7, 6], strides: [1, 1], pad: "valid" },
  "1x1, stride 2": { input: [3, 5, 4, 7], filter: [1, 1, 7, 6], strides: [2, 2], pad: "valid" },
  "1x1, stride 3, unused rows": { input: [1, 6, 8, 2], filter: [1, 1, 2, 3], strides: [3, 3], pad: "valid" },
  "7x7 same, stride 4": { input: [1, 9, 11, 2], filter: [7, 7, 2, 3], strides: [4, 4], pad: "same" },
  "2x5, strides 1 and 3": { input: [2, 5, 9, 2], filter: [2, 5, 2, 3], strides: [1, 3], pad: "valid" },
  "filter as large as the input": { input: [2, 4, 3, 2], filter: [4, 3, 2, 5], strides: [1, 1], pad: "valid" },
  "more padding than the filter meets": {
    input: [2, 4, 5, 2],
    filter: [2, 3, 2, 3],
    strides: [1, 2],
    pad: [
      [0, 0],
      [3, 4],
      [5, 4],
      [0, 0],
    ],
  },
  "several products for one filter gradient": {
    input: [3, 45, 41, 2],
    filter: [3, 3, 2, 3],
    strides: [1, 1],
    pad: "same",
  },
  "one sample": { input: [1, 8, 8, 3], filter: [3, 3, 3, 4], strides: [2, 1], pad: "same" },
};

describe("convolution gradients on wasm equal loops in double precision", () => {
  test.each(Object.entries(TABLE))("%s", (_, settings) => check(settings));

  test("any shape, stride and padding", () => {
    const size = fc.integer({ min: 1, max: 7 });
    const small = fc.integer({ min: 1, max: 4 });
    const border = fc.integer({ min: 0, max: 3 });
    const any = fc
      .record({ n: small, h: size, w: size, ci: small, co: small, kh: small, kw: small, sh: small, sw: small })
      .chain((s) =>
        fc.record({
          input: fc.constant([s.n, s.h, s.w, s.ci] as Case["input"]),
          filter: fc.constant([s.kh, s.kw, s.ci, s.co] as Case["filter"]),
          strides: fc.constant([s.sh, s.sw] as Case["strides"]),
          pad: fc.oneof(
            fc.constant("same" as const),
            fc.constant("valid" as const),
            fc.tuple(border, border, border, border).map(
              ([t, b, l, r]) =>
                [
                  [0, 0],
                  [t, b],
                  [l, r],
                  [0, 0],
                ] as Case["pad"],
            ),
          ),
        }),
      )
      .filter(({ input, filter, pad }) => {
        if (pad === "same") return true;
        const [, [t, b], [l, r]] = pad === "valid" ? [0, [0, 0], [0, 0]] : pad;
        return input[1] + t + b >= filter[0] && input[2] + l + r >= filter[1];
      });
    fc.assert(fc.property(any, check), { seed: 3, numRuns: 250 });
  });

  test("no sample: empty and zero", () => {
    const x = tf.zeros([0, 5, 5, 2]) as tf.Tensor4D;
    const w = tf.ones([3, 3, 2, 4]) as tf.Tensor4D;
    const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same"))(
      [x, w],
    );
    expect(dx!.shape).toEqual([0, 5, 5, 2]);
    expect(numbers(dw!)).toEqual(new Array(72).fill(0));
    tf.dispose([x, w, dx!, dw!]);
  });

  test("channels first is refused with advice", () => {
    const call = (): unknown =>
      tf.engine().runKernel(tf.Conv2DBackpropFilter, { x: tf.ones([1, 2, 4, 4]), dy: tf.ones([1, 3, 4, 4]) }, {
        strides: [1, 1],
        pad: "same",
        dataFormat: "NCHW",
        filterShape: [3, 3, 2, 3],
      } as unknown as tf.NamedAttrMap);
    expect(() => tf.tidy(() => void call())).toThrow(/Transpose to "NHWC"/);
  });
});

function check({ input, filter, strides, pad }: Case): void {
  const before = tf.memory();
  const x = tf.randomUniform(input, -1, 1, "float32", 1) as tf.Tensor4D;
  const w = tf.randomUniform(filter, -1, 1, "float32", 2) as tf.Tensor4D;
  const y = tf.conv2d(x, w, strides, pad);
  const dy = tf.randomUniform(y.shape, -1, 1, "float32", 3) as tf.Tensor4D;
  const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
    tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, strides, pad),
  )([x, w], dy);
  const info = tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad);
  const geometry = {
    ...info,
    strideH: strides[0],
    strideW: strides[1],
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
  const expected = convolutionGradients(numbers(x), numbers(w), numbers(dy), geometry);
  expect(largestError(numbers(y), convolution(numbers(x), numbers(w), geometry))).toBeLessThan(1e-5);
  expect(largestError(numbers(dx!), expected.dx)).toBeLessThan(1e-5);
  expect(largestError(numbers(dw!), expected.dw)).toBeLessThan(1e-5);
  tf.dispose([x, w, y, dy, dx!, dw!]);
  expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
}
