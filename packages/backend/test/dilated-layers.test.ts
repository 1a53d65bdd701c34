import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { cpu, startBackend } from "../src/index.ts";

test("a layer of dilated convolutions has the gradient of its forward pass", async () => {
  await startBackend([cpu()]);
  const layer = layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, padding: "same", useBias: true });
  const model = sequential({ layers: [layers.inputLayer({ inputShape: [4, 3, 1] }), layer] });
  const before = tf.memory().numTensors;
  const image = (i: number, change: number): tf.Tensor =>
    tf.tensor(
      Array.from({ length: 24 }, (_, at) => Math.sin(at) + (at === i ? change : 0)),
      [2, 4, 3, 1],
    );
  const loss = (x: tf.Tensor): tf.Scalar => tf.sum(tf.square(model.apply(x) as tf.Tensor));
  const gradient = tf.tidy(() => Array.from(tf.grad(loss)(image(0, 0)).dataSync()));
  const at = (i: number, change: number): number => tf.tidy(() => loss(image(i, change)).dataSync()[0]!);
  for (const i of [0, 4, 11, 12, 23]) expect(gradient[i]).toBeCloseTo((at(i, 0.05) - at(i, -0.05)) / 0.1, 3);
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});
