import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { largestError } from "../helpers/numbers.ts";
import { convolution, convolutionGradients, type Values } from "../helpers/reference.ts";
import { anyCase, type Case, convolutionOf, depthwiseOf, DILATED, LARGE, SMALL } from "./convolution-cases.ts";
import { expectRight, numbersFor } from "./operation.ts";
import { describeEach, WAYS } from "./ways.ts";

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
