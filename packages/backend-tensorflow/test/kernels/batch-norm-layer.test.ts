import { startBackend } from "@kwta/backend";
import * as tf from "@tensorflow/tfjs-core";
import { layers } from "@tensorflow/tfjs-layers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { numbersFor } from "../../../backend/test/conformance/operation.ts";
import { largestError } from "../../../backend/test/helpers/numbers.ts";
import { tensorflow } from "../../src/index.node.ts";
import { noTensorflow } from "../helpers/native.ts";

const EPSILON = 1e-3;
const MOMENTUM = 0.75;

describe.each([true, false])("the layer of TensorFlow.js in training, native kernels: %j", (native) => {
  beforeEach(async ({ skip }) => {
    if (noTensorflow !== undefined) skip(noTensorflow);
    await startBackend([tensorflow({ native })]);
    tf.engine().startScope();
  });
  afterEach(() => tf.engine().endScope());

  test.each([[[6, 5, 4, 20]], [[33, 6]], [[3, 5, 6]]])("%j: output, gradients and averages", (shape) => {
    const channels = shape.at(-1)!;
    const x = tf.tensor(numbersFor(shape, 0), shape);
    const layer = layers.batchNormalization({ epsilon: EPSILON, momentum: MOMENTUM });
    layer.build(shape);
    const parameters = [1, 2].map((stream) => tf.tensor1d(numbersFor([channels], stream)));
    layer.setWeights([...parameters, tf.zeros([channels]), tf.ones([channels])]);
    const dy = tf.tensor(numbersFor(shape, 3), shape);
    const { value, grad } = tf.valueAndGrad((input: tf.Tensor) => layer.apply(input, { training: true }) as tf.Tensor)(
      x,
      dy,
    );
    const axes = [...shape.keys()].slice(0, -1);
    const compose = (input: tf.Tensor): tf.Tensor => {
      const { mean, variance } = tf.moments(input, axes);
      const normal = tf.div(tf.sub(input, mean), tf.sqrt(tf.add(variance, EPSILON)));
      return tf.add(tf.mul(normal, parameters[0]!), parameters[1]!);
    };
    const expected = tf.valueAndGrad(compose)(x, dy);
    expect(largestError(value.dataSync(), Array.from(expected.value.dataSync()))).toBeLessThan(1e-5);
    expect(largestError(grad.dataSync(), Array.from(expected.grad.dataSync()))).toBeLessThan(1e-5);
    const { mean, variance } = tf.moments(x, axes);
    const averages = [tf.mul(mean, 1 - MOMENTUM), tf.add(MOMENTUM, tf.mul(variance, 1 - MOMENTUM))];
    layer
      .getWeights()
      .slice(2)
      .forEach((average, i) => {
        expect(largestError(average.dataSync(), Array.from(averages[i]!.dataSync()))).toBeLessThan(1e-6);
      });
    tf.disposeVariables();
  });
});
