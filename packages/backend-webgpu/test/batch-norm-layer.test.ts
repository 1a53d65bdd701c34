import { startBackend } from "@kwta/backend";
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { numbersFor } from "../../backend/test/conformance/operation.ts";
import { largestError } from "../../backend/test/helpers/numbers.ts";
import { webgpu } from "../src/index.ts";
import { noGpu, useSoftwareGpu } from "./software-gpu.ts";

const EPSILON = 1e-3;
const MOMENTUM = 0.75;

describe.skipIf(noGpu !== undefined)(
  `the layer of TensorFlow.js in training, webgpu${noGpu ? ` (skipped: ${noGpu})` : ""}`,
  () => {
    beforeAll(async () => {
      useSoftwareGpu();
      await startBackend([webgpu()], { backend: "webgpu" });
    }, 60_000);
    afterAll(() => tf.removeBackend("webgpu"));

    // Of more rows than a workgroup takes, of more channels, and of fewer of both.
    test.each([[[7, 19, 17, 20]], [[1025, 3]], [[33, 300]], [[3, 5, 6]], [[1, 8]]])(
      "%j: output, gradients and averages",
      async (shape) => {
        const channels = shape.at(-1)!;
        const values = numbersFor(shape, 0).map((value) => value + 30);
        const [scale, offset] = [1, 2].map((stream) => numbersFor([channels], stream)) as [Float32Array, Float32Array];
        const dy = numbersFor(shape, 3);
        const layer = layers.batchNormalization({ epsilon: EPSILON, momentum: MOMENTUM });
        const all = tf.tidy(() => {
          layer.build(shape);
          layer.setWeights([tf.tensor1d(scale), tf.tensor1d(offset), tf.zeros([channels]), tf.ones([channels])]);
          const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor)(
            tf.tensor(values, shape),
            tf.tensor(dy, shape),
          );
          return [
            value,
            grad,
            ...layer
              .getWeights()
              .slice(2)
              .map((average) => tf.clone(average)),
          ];
        });
        const [y, dx, mean, variance] = await Promise.all(all.map((tensor) => tensor.data()));
        tf.dispose(all);
        const expected = inDoubles(values, dy, scale, offset);
        expect(largestError(y!, expected.y)).toBeLessThan(1e-4);
        expect(largestError(dx!, expected.dx)).toBeLessThan(1e-4);
        expect(
          largestError(
            mean!,
            expected.mean.map((each) => each * (1 - MOMENTUM)),
          ),
        ).toBeLessThan(1e-5);
        expect(
          largestError(
            variance!,
            expected.variance.map((each) => MOMENTUM + each * (1 - MOMENTUM)),
          ),
        ).toBeLessThan(1e-5);
      },
    );
  },
);

/** Word for word, with doubles. */
function inDoubles(
  x: Float32Array,
  dy: Float32Array,
  scale: Float32Array,
  offset: Float32Array,
): Record<"y" | "dx" | "mean" | "variance", number[]> {
  const channels = scale.length;
  const rows = x.length / channels;
  const perChannel = (term: (i: number, c: number) => number): number[] =>
    Array.from({ length: channels }, (_, c) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += term(row * channels + c, c);
      return sum / rows;
    });
  const mean = perChannel((i) => x[i]!);
  const variance = perChannel((i, c) => (x[i]! - mean[c]!) ** 2);
  const r = variance.map((value) => 1 / Math.sqrt(value + EPSILON));
  const normal = Array.from(x, (value, i) => (value - mean[i % channels]!) * r[i % channels]!);
  const [means, products] = [perChannel((i) => dy[i]!), perChannel((i) => dy[i]! * normal[i]!)];
  const at = (i: number): number => i % channels;
  return {
    y: normal.map((value, i) => value * scale[at(i)]! + offset[at(i)]!),
    dx: normal.map((value, i) => scale[at(i)]! * r[at(i)]! * (dy[i]! - means[at(i)]! - value * products[at(i)]!)),
    mean,
    variance,
  };
}
