import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { startBackend } from "../../src/index.node.ts";
import { describeEach, WASM_ENGINES, whatIsMissing } from "./_engines.ts";
import { numbersFor } from "./_operation.ts";

const SAMPLES = 8;

type Convolution = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

const convolve =
  (strides: number, pad: "same" | "valid"): Convolution =>
  (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad);

/** What has an input with a batch axis and a weight; both are differentiated by. */
const WEIGHTED: Readonly<Record<string, { sample: number[]; weight: number[]; compute: Convolution }>> = {
  "3x3": { sample: [13, 11, 16], weight: [3, 3, 16, 24], compute: convolve(1, "same") },
  "3x3, odd channels": { sample: [9, 10, 5], weight: [3, 3, 5, 7], compute: convolve(1, "same") },
  "3x3, few pixels": { sample: [4, 4, 40], weight: [3, 3, 40, 33], compute: convolve(1, "same") },
  "3x3, stride 2": { sample: [12, 13, 16], weight: [3, 3, 16, 24], compute: convolve(2, "same") },
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

describeEach(WASM_ENGINES, () => {
  test.each(Object.keys(WEIGHTED))("a sample has the same bits in any batch, forward and backward: %s", (name) => {
    const [whole, wholeGradient] = evaluate(name, SAMPLES);
    for (const samples of [1, 3]) {
      const [part, partGradient] = evaluate(name, samples);
      expect(part).toEqual(whole!.slice(0, part!.length));
      expect(partGradient).toEqual(wholeGradient!.slice(0, partGradient!.length));
    }
  });

  test.each(Object.keys(WEIGHTED))("a second run gives the same bits: %s", (name) =>
    expect(evaluate(name, SAMPLES)).toEqual(evaluate(name, SAMPLES)),
  );
});

describe("wasm gives the same bits on 1, 2 and 3 threads, for filters too", () => {
  // What may change the bits: all but the number of threads and the kind of memory.
  const settings = [false, true].flatMap((relaxedSimd) => [false, true].map((winograd) => ({ relaxedSimd, winograd })));
  test.for(settings)("relaxed SIMD: $relaxedSimd, Winograd: $winograd", async (setting, { skip }) => {
    const results: Float32Array[][][] = [];
    for (const threads of [1, 2, 3]) {
      const options = { backend: "wasm", threads, ...setting };
      const missing = whatIsMissing(options, await startBackend(options));
      if (missing !== undefined) skip(missing);
      results.push(Object.keys(WEIGHTED).map((name) => evaluate(name, SAMPLES)));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});
