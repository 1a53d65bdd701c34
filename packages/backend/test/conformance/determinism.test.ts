import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { wasm } from "../../../backend-wasm/src/index.ts";
import { startBackend } from "../../src/index.ts";
import { numbersFor } from "./operation.ts";
import { describeEach, WASM_WAYS, whatIsMissing } from "./ways.ts";

const SAMPLES = 8;

type Convolution = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

const convolve =
  (strides: number, pad: "same" | "valid"): Convolution =>
  (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);

/** What has an input with a batch axis and a weight; both are differentiated by. */
const WEIGHTED: Readonly<Record<string, { sample: number[]; weight: number[]; compute: Convolution }>> = {
  "3x3 convolution with many tiles": {
    sample: [30, 29, 8],
    weight: [3, 3, 8, 12],
    compute: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  },
  "3x3": { sample: [13, 11, 16], weight: [3, 3, 16, 24], compute: convolve(1, "same") },
  "3x3, odd channels": { sample: [9, 10, 5], weight: [3, 3, 5, 7], compute: convolve(1, "same") },
  "3x3, few pixels": { sample: [4, 4, 40], weight: [3, 3, 40, 33], compute: convolve(1, "same") },
  "3x3, stride 2": { sample: [12, 13, 16], weight: [3, 3, 16, 24], compute: convolve(2, "same") },
  "5x5, few channels": { sample: [14, 13, 3], weight: [5, 5, 3, 6], compute: convolve(1, "same") },
  "1x1": { sample: [7, 9, 17], weight: [1, 1, 17, 23], compute: convolve(1, "valid") },
  "1x1, stride 2": { sample: [8, 8, 16], weight: [1, 1, 16, 32], compute: convolve(2, "same") },
  "matrix product": {
    sample: [130],
    weight: [130, 10],
    compute: (x, w) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D),
  },
};

/** Output, gradient by the input, gradient by the weight. */
function evaluate(name: string, samples: number): Float32Array[] {
  const { sample, weight, compute } = WEIGHTED[name]!;
  return tf.tidy(() => {
    const numbers = numbersFor([SAMPLES, ...sample], 0);
    const size = numbers.length / SAMPLES;
    const x = tf.tensor(numbers.slice(0, samples * size), [samples, ...sample]);
    const w = tf.tensor(numbersFor(weight, 1), weight);
    const y = compute(x, w);
    const dySize = y.size / samples;
    const dy = numbersFor([SAMPLES, dySize], 2).slice(0, samples * dySize);
    const gradients = tf.grads(compute)([x, w], tf.tensor(dy, y.shape));
    return [y, ...gradients].map((tensor) => tensor.dataSync()) as unknown as tf.TensorContainer;
  }) as unknown as Float32Array[];
}

/** What sums over a whole batch, or shares out its work in other ways than a product: output and gradients. */
const BATCH_WIDE: Readonly<Record<string, { inputs: number[][]; compute: (...inputs: tf.Tensor[]) => tf.Tensor }>> = {
  "batch norm in training": {
    inputs: [[5, 9, 7, 13], [13], [13]],
    compute(x, offset, scale) {
      const { mean, variance } = tf.moments(x!, [0, 1, 2]);
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      );
    },
  },
  "bias and relu": { inputs: [[40, 33, 17], [17]], compute: (x, bias) => tf.relu(tf.add(x!, bias!)) },
  "mean over positions": { inputs: [[6, 21, 19, 10]], compute: (x) => tf.mean(x!, [1, 2]) },
  "max pooling": { inputs: [[3, 16, 14, 12]], compute: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid") },
  "average pooling": { inputs: [[3, 16, 14, 12]], compute: (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, "valid") },
  "depthwise convolution": {
    inputs: [[3, 12, 13, 20]],
    compute: (x) => tf.depthwiseConv2d(x as tf.Tensor4D, tf.ones([3, 3, 20, 1]) as tf.Tensor4D, 1, "same"),
  },
};

function evaluateBatch(name: string): Float32Array[] {
  const { inputs, compute } = BATCH_WIDE[name]!;
  return tf.tidy(() => {
    const tensors = inputs.map((shape, i) => tf.tensor(numbersFor(shape, i), shape));
    const y = compute(...tensors);
    if (name === "depthwise convolution") return [y.dataSync()] as unknown as tf.TensorContainer;
    const gradients = tf.grads(compute)(tensors, tf.tensor(numbersFor(y.shape, 9), y.shape));
    return [y, ...gradients].map((tensor) => tensor.dataSync()) as unknown as tf.TensorContainer;
  }) as unknown as Float32Array[];
}

/** Where two results first differ, as text, or that they do not. A comparison of the arrays would take seconds. */
function difference(actual: readonly Float32Array[], expected: readonly Float32Array[]): string {
  for (const [part, values] of actual.entries()) {
    const bits = (array: Float32Array): Uint32Array => new Uint32Array(array.buffer, array.byteOffset, values.length);
    const others = bits(expected[part]!);
    const at = bits(values).findIndex((word, i) => word !== others[i]);
    if (at >= 0) return `part ${part} at ${at}: ${values[at]} instead of ${expected[part]![at]}`;
  }
  return NONE;
}

const NONE = "no difference";

describeEach(WASM_WAYS, () => {
  describe.each(Object.keys(WEIGHTED))("%s", (name) => {
    test("a sample has the same bits in any batch, forward and backward", () => {
      const whole = evaluate(name, SAMPLES).slice(0, 2);
      for (const samples of [1, 3]) expect(difference(evaluate(name, samples).slice(0, 2), whole)).toBe(NONE);
    });

    test("a second run gives the same bits", () =>
      expect(difference(evaluate(name, SAMPLES), evaluate(name, SAMPLES))).toBe(NONE));
  });
});

test("a single other bit is found", () => {
  const values = new Float32Array([1, 2, 0]);
  expect(difference([values], [new Float32Array([1, 2, -0])])).toMatch(/part 0 at 2/);
  expect(difference([values], [new Float32Array(values)])).toBe(NONE);
});

describe("wasm gives the same bits on 1, 2 and 3 threads, for filters too", () => {
  // What may change the bits: all but the number of threads and the kind of memory.
  const settings = [false, true].flatMap((relaxedSimd) => [false, true].map((winograd) => ({ relaxedSimd, winograd })));
  test.for(settings)("relaxed SIMD: $relaxedSimd, Winograd: $winograd", async (setting, { skip }) => {
    const results: Float32Array[][] = [];
    for (const threads of [1, 2, 3]) {
      const backend = wasm({ threads, ...setting });
      const missing = whatIsMissing(backend, await startBackend([backend]));
      if (missing !== undefined) skip(missing);
      results.push([
        ...Object.keys(WEIGHTED).flatMap((name) => evaluate(name, SAMPLES)),
        ...Object.keys(BATCH_WIDE).flatMap(evaluateBatch),
      ]);
    }
    expect(difference(results[1]!, results[0]!)).toBe(NONE);
    expect(difference(results[2]!, results[0]!)).toBe(NONE);
  });
});
