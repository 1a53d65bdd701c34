import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { zeros } from "../helpers/reference.ts";
import { expectRight, type Operation } from "./operation.ts";
import { describeEach, OTHER_WAYS } from "./ways.ts";

interface Case {
  readonly input: [number, number, number, number];
  readonly window: [number, number];
  readonly strides: [number, number];
  readonly pad: "same" | "valid";
}

/** Calls back with each output's index and those of the inputs in its window. */
function eachWindow({ input, window, strides, pad }: Case, visit: (y: number, xs: number[]) => void): void {
  const [batch, height, width, channels] = input;
  const g = tf.backend_util.computePool2DInfo(input, window, strides, 1, pad);
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < g.outHeight; oh++)
      for (let ow = 0; ow < g.outWidth; ow++)
        for (let c = 0; c < channels; c++) {
          const xs: number[] = [];
          for (let kh = 0; kh < window[0]; kh++)
            for (let kw = 0; kw < window[1]; kw++) {
              const h = oh * strides[0] + kh - g.padInfo.top;
              const w = ow * strides[1] + kw - g.padInfo.left;
              if (h >= 0 && h < height && w >= 0 && w < width) xs.push(((n * height + h) * width + w) * channels + c);
            }
          visit(((n * g.outHeight + oh) * g.outWidth + ow) * channels + c, xs);
        }
}

/** Shifts the values, so that windows without a positive one are common. */
const SHIFT = 0.5;

function maxPooling(settings: Case): Operation {
  const { input, window, strides, pad } = settings;
  return {
    inputs: [input],
    compute: (x) => tf.maxPool(tf.sub(x!, SHIFT) as tf.Tensor4D, window, strides, pad),
    reference([x], dy) {
      const output = zeros(dy.length);
      const dx = zeros(x!.length);
      eachWindow(settings, (y, xs) => {
        const best = xs.reduce((a, b) => (x![b]! > x![a]! ? b : a));
        output[y] = x![best]! - SHIFT;
        dx[best]! += dy[y]!;
      });
      return { output, gradients: [dx] };
    },
  };
}

function averagePooling(settings: Case): Operation {
  const { input, window, strides, pad } = settings;
  return {
    inputs: [input],
    compute: (x) => tf.avgPool(x as tf.Tensor4D, window, strides, pad),
    reference([x], dy) {
      const output = zeros(dy.length);
      const dx = zeros(x!.length);
      eachWindow(settings, (y, xs) => {
        output[y] = xs.reduce((sum, i) => sum + x![i]!, 0) / xs.length;
        for (const i of xs) dx[i]! += dy[y]! / xs.length;
      });
      return { output, gradients: [dx] };
    },
  };
}

const TABLE: Readonly<Record<string, Case>> = {
  "2x2, stride 2": { input: [3, 8, 6, 5], window: [2, 2], strides: [2, 2], pad: "valid" },
  "3x3 same, stride 2": { input: [2, 9, 8, 16], window: [3, 3], strides: [2, 2], pad: "same" },
  "3x3, overlapping": { input: [2, 7, 7, 3], window: [3, 3], strides: [1, 1], pad: "valid" },
  global: { input: [4, 4, 4, 33], window: [4, 4], strides: [1, 1], pad: "valid" },
  "gaps between the windows": { input: [1, 7, 8, 2], window: [1, 2], strides: [3, 3], pad: "valid" },
};

const anyCase: fc.Arbitrary<Case> = fc.record({
  input: fc.tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 3, max: 8 }),
    fc.integer({ min: 3, max: 8 }),
    fc.integer({ min: 1, max: 5 }),
  ),
  window: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.constantFrom("same", "valid"),
});

describeEach(OTHER_WAYS, ({ share, backend }) => {
  describe.each([
    ["max", maxPooling],
    ["average", averagePooling],
  ] as const)("%s pooling and its gradient", (_, operation) => {
    test.each(Object.entries(TABLE))("%s", (__, settings) => expectRight(operation(settings)));

    test("any shape, window and stride", async () => {
      const property = fc.asyncProperty(anyCase, (settings) => expectRight(operation(settings)));
      await fc.assert(property, { seed: 3, numRuns: 80 * share });
    });
  });

  test.runIf(backend.name === "wasm")("what XNNPACK would compute outside of its memory is refused", () => {
    tf.tidy(() => {
      const x = tf.ones([1, 8, 9, 4]) as tf.Tensor4D;
      expect(() => tf.maxPool(x, [4, 3], 1, 1)).toThrow(/width of the output from the height of the window/u);
      expect(() => tf.avgPool(x, [4, 3], 1, 1)).toThrow(/Use "same", "valid" or tf.pad/u);
      expect(() => tf.depthwiseConv2d(x, tf.ones([4, 3, 4, 1]) as tf.Tensor4D, 1, 1)).toThrow(/tf.pad/u);
    });
  });
});
