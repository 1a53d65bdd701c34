import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { convolution, convolutionGradients } from "../helpers/reference.ts";
import type { Operation } from "./operation.ts";

export type Shape4D = [number, number, number, number];
type Padding = "same" | "valid" | number | [[0, 0], [number, number], [number, number], [0, 0]];

export interface Case {
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

export const SMALL: Readonly<Record<string, Case>> = {
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
export const LARGE: Readonly<Record<string, Case>> = {
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

export const DILATED: Readonly<Record<string, Case>> = {
  "3x3, dilation 2": { input: [2, 9, 8, 5], filter: [3, 3, 5, 6], pad: "same", dilations: [2, 2] },
  "3x2 valid, dilations 1 and 3": { input: [1, 7, 9, 4], filter: [3, 2, 4, 3], pad: "valid", dilations: [1, 3] },
  "2x2, dilation 4, padded": { input: [2, 6, 6, 3], filter: [2, 2, 3, 9], pad: 1, dilations: [4, 4] },
};

/** A convolution and, unless it is dilated, both its gradients: TensorFlow.js has none of dilated ones. */
export function convolutionOf({ input, filter, strides = [1, 1], pad, dilations = [1, 1] }: Case): Operation {
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

export function depthwiseOf({ input, filter, strides = [1, 1], pad, dilations = [1, 1] }: Case): Operation {
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
export const anyCase: fc.Arbitrary<Case> = fc
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
