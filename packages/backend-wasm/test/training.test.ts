import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, test } from "vitest";
import { random } from "../../backend/test/helpers/numbers.ts";
import { expectAsOnCpu, startWasm } from "./start-wasm.ts";

beforeAll(startWasm);

describe("batch norm on wasm agrees with the cpu backend", () => {
  const parameters = (): tf.Tensor1D[] => [
    random([6], 2),
    tf.add(random([6], 3), 2) as tf.Tensor1D,
    random([6], 4),
    random([6], 5),
  ];

  test.each([[[4, 4, 6, 6]], [[64, 6]], [[3, 5, 6]]])("with given statistics, %j, and all its gradients", (s) =>
    expectAsOnCpu(() => {
      const compute = (...[x, mean, variance, offset, scale]: tf.Tensor[]): tf.Tensor =>
        tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
        );
      const inputs = [random(s as [number], 1), ...parameters()];
      return [
        compute(...inputs),
        compute(...inputs.slice(0, 3)),
        compute(...inputs.slice(0, 4)),
        ...tf.grads(compute)(inputs, random(s as [number], 6)),
      ];
    }),
  );

  test("with statistics of the shape of x", () =>
    expectAsOnCpu(() => {
      const [x, mean, offset, scale] = [1, 2, 3, 4].map((seed) => random([2, 3, 2, 2], seed)) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const compute = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.batchNorm(a, b, tf.onesLike(a), offset, scale);
      return [compute(x, mean), ...tf.grads(compute)([x, mean])];
    }));

  test("a NaN stays in its channel and is not taken for an infinity", () =>
    expectAsOnCpu(() => {
      const x = tf.buffer([1, 8, 8, 6], "float32");
      x.set(NaN, 0, 1, 1, 2);
      return tf.batchNorm(x.toTensor() as tf.Tensor4D, ...(parameters() as [tf.Tensor1D, tf.Tensor1D]));
    }));

  test("differentiated twice", () =>
    expectAsOnCpu(() => {
      const [mean, variance, offset, scale] = parameters();
      const inner = tf.grad((x: tf.Tensor) =>
        tf.sum(tf.pow(tf.batchNorm(x, mean!, variance!, offset, scale), tf.scalar(3))),
      );
      return tf.grad((x: tf.Tensor) => inner(x))(random([2, 2, 3, 6], 1));
    }));
});

test("a training step of a small network gives the same loss and gradients as the cpu backend", () =>
  expectAsOnCpu(() => {
    const { layers } = tfl;
    const net = tfl.sequential({
      layers: [
        layers.conv2d({
          inputShape: [9, 8, 3],
          filters: 5,
          kernelSize: 3,
          padding: "same",
          useBias: false,
          kernelInitializer: "zeros",
        }),
        layers.batchNormalization({}),
        layers.reLU(),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: "same", kernelInitializer: "zeros" }),
        layers.batchNormalization({}),
        layers.flatten(),
        layers.dense({ units: 4, kernelInitializer: "zeros" }),
      ],
    });
    net.trainableWeights.forEach((weight, i) =>
      weight.write(tf.add(random(weight.shape as [number], 10 + i), weight.read())),
    );
    const x = random([8, 9, 8, 3], 1);
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 3, 2, 1, 0], "int32"), 4);
    const { value, grads } = tf.variableGrads(
      () => tf.losses.softmaxCrossEntropy(labels, net.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
    );
    const gradients = net.trainableWeights.map(
      (weight) => grads[(weight as unknown as { val: tf.Variable }).val.name]!,
    );
    const byInput = tf.grad((a: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, net.apply(a) as tf.Tensor))(x);
    const results = [value, ...gradients, byInput].map((tensor) => tf.keep(tf.clone(tensor)));
    net.dispose();
    return results;
  }));

test.each([1, 3, 5, 70001])("a step with momentum of %d values is the rule bit for bit", (size) => {
  const [w, velocity, gradient] = [1, 2, 3].map((seed) => tf.randomUniform([size], -1, 1, "float32", seed)) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  tf.tidy(() => {
    const settings = tf.tensor1d([0.9, 0.01, 0.1]);
    const found = tf.engine().runKernel("MomentumStep", { w, velocity, gradient, settings }) as tf.Tensor[];
    const expected = tf.add(tf.mul(velocity, 0.9), tf.add(gradient, tf.mul(w, 0.01)));
    expect(found[1]!.dataSync()).toEqual(expected.dataSync());
    expect(found[0]!.dataSync()).toEqual(tf.sub(w, tf.mul(expected, 0.1)).dataSync());
  });
  tf.dispose([w, velocity, gradient]);
});

test("a step with momentum refuses what is not of the variable's size", () => {
  const [w, other] = [tf.zeros([4]), tf.zeros([5])];
  const inputs = { w, velocity: other, gradient: w, settings: tf.tensor1d([0.9, 0, 0.1]) };
  const tensors = tf.memory().numTensors;
  expect(() => tf.engine().runKernel("MomentumStep", inputs)).toThrow(/those of the variable/);
  expect(tf.memory().numTensors).toBe(tensors);
  tf.dispose([w, other, inputs.settings]);
});
