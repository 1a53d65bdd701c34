import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { numbersFor } from "./operation.ts";
import { describeEach, WAYS } from "./ways.ts";

/** `KWTA_TRAINING_STEPS=1000 npx vitest run training-memory` is the long form. */
const STEPS = Number(process.env["KWTA_TRAINING_STEPS"] ?? 20);

const WARM_UP = 10;

/** A network with every kind of layer that has kernels of ours, as variables and a loss. */
function makeNetwork(): { variables: tf.Variable[]; loss(x: tf.Tensor4D, labels: tf.Tensor): tf.Scalar } {
  const variable = (shape: number[], stream: number): tf.Variable =>
    tf.tidy(() => tf.variable(tf.mul(tf.tensor(numbersFor(shape, stream), shape), 0.3)));
  const variables = [[3, 3, 3, 16], [16], [16], [3, 3, 16, 17], [17], [1, 1, 17, 8], [8, 4], [4]].map(variable);
  const [first, offset, scale, second, bias, third, dense, last] = variables as [tf.Variable, ...tf.Variable[]];
  return {
    variables,
    loss(x, labels) {
      const a = tf.conv2d(x, first as tf.Tensor4D, 1, "same");
      const { mean, variance } = tf.moments(a, [0, 1, 2]);
      const b = tf.relu(
        tf.batchNorm(a, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D),
      );
      const strided = tf.conv2d(b as tf.Tensor4D, second as tf.Tensor4D, 2, "same");
      const c = tf.maxPool(tf.add(strided, bias!) as tf.Tensor4D, 2, 2, "valid");
      const d = tf.relu(tf.conv2d(c as tf.Tensor4D, third as tf.Tensor4D, 1, "valid"));
      const logits = tf.add(tf.matMul(tf.mean(d, [1, 2]) as tf.Tensor2D, dense as tf.Tensor2D), last!);
      return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
    },
  };
}

/** The size of wasm's memory in bytes; 0 on other backends. */
function heapSize(): number {
  const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
  return wasm?.HEAPU8.buffer.byteLength ?? 0;
}

describeEach(
  WAYS.filter(({ slow }) => !slow),
  () => {
    test(
      `${STEPS} steps of training learn, leave no tensor behind, and do not make the memory grow`,
      { timeout: 30_000 + 200 * STEPS },
      () => {
        const { variables, loss } = makeNetwork();
        const optimizer = tf.train.sgd(0.2);
        const batch = 6;
        const x = tf.tensor4d(numbersFor([batch, 14, 13, 3], 20), [batch, 14, 13, 3]);
        const labels = tf.tidy(() => tf.oneHot(tf.tensor1d([0, 1, 2, 3, 1, 2], "int32"), 4));
        const step = (): number => {
          const cost = optimizer.minimize(() => loss(x, labels), true, variables)!;
          const value = cost.dataSync()[0]!;
          cost.dispose();
          return value;
        };
        const before = step();
        for (let i = 1; i < WARM_UP; i++) step();
        const { numTensors, numDataBuffers, numBytes } = tf.memory();
        const heap = heapSize();
        let after = before;
        for (let i = 0; i < STEPS; i++) after = step();
        expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers, numBytes });
        expect(heapSize()).toBe(heap);
        expect(after).toBeLessThan(0.95 * before);
        optimizer.dispose();
        tf.dispose([x, labels, variables]);
      },
    );
  },
);
