import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { largestError } from "../helpers/numbers.ts";
import { convolution, convolutionGradients, type Values } from "../helpers/reference.ts";
import { describeEach, WAYS } from "./ways.ts";
import { expectRight, numbersFor, type Operation } from "./operation.ts";

type Shape4D = [number, number, number, number];
type Padding = "same" | "valid" | number | [[0, 0], [number, number], [number, number], [0, 0]];

interface Case {
  readonly input: Shape4D;
  readonly filter: Shape4D;
  readonly strides?: [number, number];
  readonly pad: Padding;
  readonly dilations?: [number, number];
}

const border = (top: number, bottom: number, left: number, right: number): Padding => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

const SMALL: Readonly<Record<string, Case>> = {
  "one pixel": { input: [1, 1, 1, 1], filter: [1, 1, 1, 1], pad: "valid" },
  "one pixel, 3x3": { input: [2, 1, 1, 3], filter: [3, 3, 3, 2], pad: "same" },
  "3x3 same": { input: [2, 6, 5, 3], filter: [3, 3, 3, 4], pad: "same" },
  "3x3 valid": { input: [2, 6, 5, 3], filter: [3, 3, 3, 4], pad: "valid" },
  "3x3, one row and column of zeros, as a number": { input: [2, 4, 5, 3], filter: [3, 3, 3, 4], pad: 1 },
  "3x3 full": { input: [1, 5, 4, 8], filter: [3, 3, 8, 8], pad: 2 },
  "3x3, zeros on two sides only": { input: [1, 5, 6, 8], filter: [3, 3, 8, 8], pad: border(0, 2, 1, 0) },
  "3x3 same, 35 channels": { input: [2, 5, 5, 35], filter: [3, 3, 35, 33], pad: "same" },
  "3x3 same, stride 2, even size": { input: [2, 6, 8, 3], filter: [3, 3, 3, 4], strides: [2, 2], pad: "same" },
  "3x3 same, stride 2, odd size": { input: [2, 7, 5, 3], filter: [3, 3, 3, 4], strides: [2, 2], pad: "same" },
  "3x3 valid, stride 2, unused last row": { input: [2, 6, 8, 3], filter: [3, 3, 3, 4], strides: [2, 2], pad: "valid" },
  "1x1": { input: [3, 4, 5, 7], filter: [1, 1, 7, 6], pad: "valid" },
  "1x1 within zeros": { input: [2, 3, 4, 5], filter: [1, 1, 5, 6], pad: 1 },
  "1x1, stride 2": { input: [3, 5, 4, 7], filter: [1, 1, 7, 6], strides: [2, 2], pad: "valid" },
  "1x1, stride 3, unused rows": { input: [1, 6, 8, 2], filter: [1, 1, 2, 3], strides: [3, 3], pad: "valid" },
  "7x7 same, stride 4": { input: [1, 9, 11, 2], filter: [7, 7, 2, 3], strides: [4, 4], pad: "same" },
  "2x5, strides 1 and 3": { input: [2, 5, 9, 2], filter: [2, 5, 2, 3], strides: [1, 3], pad: "valid" },
  "filter as large as the input": { input: [2, 4, 3, 2], filter: [4, 3, 2, 5], pad: "valid" },
  "filter larger than the input": { input: [2, 2, 3, 4], filter: [5, 5, 4, 3], pad: "same" },
  "more padding than the filter meets": {
    input: [2, 4, 5, 2],
    filter: [2, 3, 2, 3],
    strides: [1, 2],
    pad: border(3, 4, 5, 4),
  },
  // Of such a padding tfjs-core takes the output's width from the filter's height; XNNPACK then writes beyond the output.
  "one number of zeros around an oblong filter": { input: [3, 2, 5, 16], filter: [4, 3, 16, 16], pad: 1 },
  "input smaller than the stride": { input: [1, 3, 3, 2], filter: [2, 2, 2, 3], strides: [4, 4], pad: "same" },
  "one sample": { input: [1, 8, 8, 3], filter: [3, 3, 3, 4], strides: [2, 1], pad: "same" },
};

/** Where blocks, tiles and threads come into play. */
const LARGE: Readonly<Record<string, Case>> = {
  "3x3, sizes of a ResNet": { input: [3, 16, 16, 16], filter: [3, 3, 16, 32], pad: "same" },
  "3x3, tiles that stick out, odd channels": { input: [5, 13, 11, 19], filter: [3, 3, 19, 21], pad: "same" },
  "3x3 valid, one sample": { input: [1, 23, 18, 8], filter: [3, 3, 8, 24], pad: "valid" },
  "3x3, many channels, few pixels": { input: [3, 4, 4, 72], filter: [3, 3, 72, 65], pad: "same" },
  "3x3, image of three colours": { input: [3, 32, 32, 3], filter: [3, 3, 3, 16], pad: "same" },
  "3x3, stride 2": { input: [3, 16, 17, 16], filter: [3, 3, 16, 24], strides: [2, 2], pad: "same" },
  "3x3, stride 2, padded by numbers": {
    input: [2, 15, 14, 12],
    filter: [3, 3, 12, 20],
    strides: [2, 2],
    pad: [
      [0, 0],
      [1, 1],
      [2, 1],
      [0, 0],
    ],
  },
  "3x3, many tiles, whose filter gradients are summed by parts": {
    input: [5, 30, 29, 8],
    filter: [3, 3, 8, 12],
    pad: "same",
  },
  "1x1, stride 2, wide": { input: [3, 16, 16, 24], filter: [1, 1, 24, 40], strides: [2, 2], pad: "same" },
  "1x1, wide": { input: [3, 15, 14, 33], filter: [1, 1, 33, 31], pad: "same" },
  "5x5": { input: [2, 14, 14, 6], filter: [5, 5, 6, 16], pad: "valid" },
  "several products for one filter gradient": { input: [3, 45, 41, 2], filter: [3, 3, 2, 3], pad: "same" },
};

const DILATED: Readonly<Record<string, Case>> = {
  "3x3, dilation 2": { input: [2, 9, 8, 5], filter: [3, 3, 5, 6], pad: "same", dilations: [2, 2] },
  "3x2 valid, dilations 1 and 3": { input: [1, 7, 9, 4], filter: [3, 2, 4, 3], pad: "valid", dilations: [1, 3] },
  "2x2, dilation 4, padded": { input: [2, 6, 6, 3], filter: [2, 2, 3, 9], pad: 1, dilations: [4, 4] },
};

/** A convolution and, unless it is dilated, both its gradients: TensorFlow.js has none of dilated ones. */
function convolutionOf({ input, filter, strides = [1, 1], pad, dilations = [1, 1] }: Case): Operation {
  const geometry = tf.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad);
  const dilated = dilations.some((dilation) => dilation > 1);
  return {
    inputs: [input, filter],
    compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilations),
    reference([x, w], dy) {
      const output = convolution(x!, w!, geometry);
      if (dilated) return { output };
      const { dx, dw } = convolutionGradients(x!, w!, dy, geometry);
      return { output, gradients: [dx, dw] };
    },
  };
}

function depthwiseOf({ input, filter, strides = [1, 1], pad, dilations = [1, 1] }: Case): Operation {
  const info = tf.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, undefined, true);
  const geometry = { ...info, multiplier: filter[3] };
  const differentiable =
    dilations.every((dilation) => dilation === 1) &&
    tf.getKernel(tf.DepthwiseConv2dNativeBackpropFilter, tf.getBackend()) !== undefined;
  return {
    inputs: [input, filter],
    compute: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad, "NHWC", dilations),
    reference([x, w], dy) {
      const output = convolution(x!, w!, geometry);
      if (!differentiable) return { output };
      const { dx, dw } = convolutionGradients(x!, w!, dy, geometry);
      return { output, gradients: [dx, dw] };
    },
  };
}

const size = fc.integer({ min: 1, max: 9 });
const small = fc.integer({ min: 1, max: 4 });
const channels = fc.oneof(small, fc.constantFrom(7, 8, 9, 16, 17));
const zeros = fc.integer({ min: 0, max: 3 });

/** Any shapes, strides, padding and, with stride 1, dilation that fit together. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    input: fc.tuple(small, size, size, channels),
    window: fc.tuple(fc.oneof(small, fc.constant(3)), fc.oneof(small, fc.constant(3))),
    out: channels,
    strides: fc.oneof(fc.constant<[number, number]>([1, 1]), fc.tuple(small, small)),
    dilations: fc.oneof({ weight: 4, arbitrary: fc.constant<[number, number]>([1, 1]) }, fc.tuple(small, small)),
    pad: fc.oneof(
      fc.constantFrom<Padding>("same", "valid"),
      zeros,
      fc.tuple(zeros, zeros, zeros, zeros).map((sides) => border(...sides)),
    ),
  })
  .map(({ input, window, out, strides, dilations, pad }) => ({
    input,
    filter: [...window, input[3], out] as Shape4D,
    strides,
    pad,
    dilations: strides.every((stride) => stride === 1) ? dilations : ([1, 1] as [number, number]),
  }))
  .filter(({ input, filter, pad, dilations }) =>
    [0, 1].every((axis) => {
      const reach = (filter[axis]! - 1) * dilations[axis]! + 1;
      return pad === "same" || input[axis + 1]! + zerosAlong(pad, axis) >= reach;
    }),
  );

function zerosAlong(pad: Exclude<Padding, "same">, axis: number): number {
  if (pad === "valid") return 0;
  if (typeof pad === "number") return 2 * pad;
  const [before, after] = pad[axis + 1]!;
  return before! + after!;
}

const ACTIVATIONS: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => Math.min(6, Math.max(0, x)),
  leakyrelu: (x) => (x < 0 ? 0.25 * x : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

describeEach(WAYS, ({ slow, share, tolerance }) => {
  describe("convolution and its gradients", () => {
    const table = Object.entries({ ...SMALL, ...DILATED, ...(slow ? {} : LARGE) });
    test.each(table)("%s", (_, settings) => expectRight(convolutionOf(settings), tolerance));

    test("any shape, stride, padding and dilation", async () => {
      const property = fc.asyncProperty(anyCase, (settings) => expectRight(convolutionOf(settings), tolerance));
      await fc.assert(property, { seed: 3, numRuns: 150 * share });
    });

    test("one filter used again and again, in another shape and with another stride", async () => {
      const values = numbersFor([3, 3, 8, 16], 1);
      const filter = tf.tensor(values, [3, 3, 8, 16]);
      const shapes = [
        [3, 3, 8, 16],
        [3, 3, 16, 8],
      ] as const;
      // What a backend keeps of a filter must be of this shape and this stride.
      for (let round = 0; round < 3; round++) {
        for (const shape of shapes) {
          for (const stride of [1, 2]) {
            const settings: Case = {
              input: [2, 16, 16, shape[2]],
              filter: [...shape],
              strides: [stride, stride],
              pad: "same",
            };
            const { reference } = convolutionOf(settings);
            await expectRight(
              {
                inputs: [settings.input],
                compute: (x) =>
                  tf.conv2d(x as tf.Tensor4D, tf.reshape(filter, [...shape]) as tf.Tensor4D, stride, "same"),
                reference([x], dy) {
                  const { output, gradients } = reference([x!, values], dy);
                  return { output, gradients: [gradients![0]!] };
                },
              },
              tolerance,
            );
          }
        }
      }
      filter.dispose();
    });

    test("no sample: an empty gradient and zeros", async () => {
      const [dx, dw] = tf.tidy(() => {
        const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
        return tf.grads(convolve)([tf.zeros([0, 5, 5, 2]), tf.ones([3, 3, 2, 4])]);
      });
      expect([dx!.shape, Array.from(await dw!.data())]).toEqual([[0, 5, 5, 2], new Array(72).fill(0)]);
      tf.dispose([dx!, dw!]);
    });
  });

  describe("depthwise convolution, and its gradients where the backend has them", () => {
    test.each<[string, Case]>([
      ["3x3 same", { input: [2, 6, 5, 5], filter: [3, 3, 5, 1], pad: "same" }],
      ["3x3 valid, multiplier 3", { input: [2, 6, 5, 4], filter: [3, 3, 4, 3], pad: "valid" }],
      ["stride 2", { input: [2, 7, 8, 9], filter: [3, 3, 9, 1], strides: [2, 2], pad: "same" }],
      ["5x5, one number of zeros", { input: [1, 8, 9, 16], filter: [5, 5, 16, 1], pad: 2 }],
      ["dilation 2", { input: [1, 9, 8, 3], filter: [3, 3, 3, 2], pad: "same", dilations: [2, 2] }],
    ])("%s", (_, settings) => expectRight(depthwiseOf(settings)));
  });

  describe("fused convolution with a bias and an activation", () => {
    const geometry: Case = { input: [2, 9, 7, 5], filter: [3, 3, 5, 17], pad: "same" };
    test.each(Object.entries(ACTIVATIONS))("%s", (activation, f) => {
      const { inputs, reference } = convolutionOf(geometry);
      return expectRight(
        {
          inputs: [...inputs, [17]],
          compute: (x, filter, bias) =>
            tf.fused.conv2d({
              ...geometry,
              x: x as tf.Tensor4D,
              filter: filter as tf.Tensor4D,
              strides: 1,
              bias: bias!,
              activation: activation as tf.fused.Activation,
              leakyreluAlpha: 0.25,
            }),
          reference: ([x, w, bias], dy) => ({
            output: Array.from(reference([x!, w!], dy).output as Values, (sum, i) => f(sum + bias![i % 17]!)),
          }),
        },
        tolerance,
      );
    });

    test("relu, with its gradients", () => {
      const { inputs } = convolutionOf(geometry);
      const info = tf.backend_util.computeConv2DInfo(geometry.input, geometry.filter, 1, 1, "same");
      return expectRight(
        {
          inputs: [...inputs, [17]],
          compute: (x, filter, bias) =>
            tf.fused.conv2d({
              x: x as tf.Tensor4D,
              filter: filter as tf.Tensor4D,
              strides: 1,
              pad: "same",
              bias: bias!,
              activation: "relu",
            }),
          reference([x, w, bias], dy) {
            const sums = convolution(x!, w!, info).map((sum, i) => sum + bias![i % 17]!);
            const passed = sums.map((sum, i) => (sum > 0 ? dy[i]! : 0));
            const { dx, dw } = convolutionGradients(x!, w!, passed, info);
            const byBias = Array.from(bias!, (_, c) =>
              passed.reduce((sum, value, i) => (i % 17 === c ? sum + value : sum), 0),
            );
            return { output: sums.map((sum) => Math.max(0, sum)), gradients: [dx, dw, byBias] };
          },
        },
        tolerance,
      );
    });
  });
});

describeEach(
  WAYS.filter(({ backend }) => backend.params["winograd"]),
  () => {
    /** Inputs that are hard on Winograd's algorithm, given a position's number, row and column. */
    const hard: Readonly<Record<string, (value: number, row: number, column: number) => number>> = {
      "only positive, as images and what comes after relu": (value) => Math.abs(value),
      "a checkerboard": (value, row, column) => ((row + column) % 2 ? 1 : -1) * Math.abs(value),
      "a few values that dwarf the others": (value, row, column) => (row === 3 && column === 2 ? 1e4 : 1) * value,
      "stripes of very different size": (value, row) => 10 ** (row % 5) * value,
    };

    test.each(Object.entries(hard))("Winograd's errors stay below 1e-4 of the largest output: %s", (_, change) => {
      const shape = [2, 8, 8, 128] as const;
      const geometry = tf.backend_util.computeConv2DInfo([...shape], [3, 3, 128, 16], 1, 1, "same");
      const x = numbersFor(shape, 0).map((value, i) => {
        const position = Math.floor(i / 128) % 64;
        return change(value, Math.floor(position / 8), position % 8);
      });
      const w = numbersFor([3, 3, 128, 16], 1).map(Math.abs);
      const dy = numbersFor([2, 8, 8, 16], 2).map((value, i) => {
        const position = Math.floor(i / 16) % 64;
        return change(value, Math.floor(position / 8), position % 8);
      });
      const expected = convolutionGradients(x, w, dy, geometry);
      const errors = tf.tidy(() => {
        const convolve = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
          tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same");
        const inputs = [tf.tensor(x, [...shape]), tf.tensor(w, [3, 3, 128, 16])] as const;
        const [dx, dw] = tf.grads(convolve)([...inputs], tf.tensor(dy, [2, 8, 8, 16]));
        return [
          largestError(convolve(...inputs).dataSync(), convolution(x, w, geometry)),
          largestError(dx!.dataSync(), expected.dx),
          largestError(dw!.dataSync(), expected.dw),
        ] as unknown as tf.TensorContainer;
      }) as unknown as number[];
      expect(Math.max(...errors)).toBeLessThan(1e-4);
    });
  },
);

test("the numbers that all of this is computed with are spread over both signs", () => {
  const numbers = Array.from(numbersFor([1000], 0));
  expect(numbers.filter((value) => value < 0).length).toBeGreaterThan(400);
  expect(new Set(numbers).size).toBeGreaterThan(990);
});
