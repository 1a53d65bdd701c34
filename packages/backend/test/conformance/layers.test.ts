import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { describeEach, WAYS } from "./ways.ts";

/** Layers whose initial weights, forward or backward pass call methods of tensors. */
const LAYERS: Readonly<Record<string, () => layers.Layer>> = {
  LSTM: () => layers.lstm({ units: 3 }),
  GRU: () => layers.gru({ units: 3, returnSequences: true }),
  "simple RNN": () => layers.simpleRNN({ units: 5 }),
  "bidirectional LSTM": () =>
    layers.bidirectional({ layer: layers.lstm({ units: 2 }) as layers.RNN, mergeMode: "concat" }),
  PReLU: () => layers.prelu({ alphaInitializer: "glorotUniform" }),
};
const SHAPE = [4, 5];

/** A sum of the answers, so that every one of them counts. */
function lossOf(model: LayersModel, x: tf.Tensor): tf.Scalar {
  const y = model.apply(x) as tf.Tensor;
  return tf.sum(tf.mul(y, tf.reshape(tf.add(tf.range(0, y.size), 1), y.shape)));
}

const image = (i = -1, change = 0): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: 40 }, (_, at) => Math.sin(1 + at) + (at === i ? change : 0)),
    [2, ...SHAPE],
  );

const chosen = WAYS.filter(({ name }) => !name.includes("3 threads") && !name.includes("Winograd"));

describeEach(chosen, () => {
  test.each(Object.entries(LAYERS))("%s computes, and its gradient is that of finite differences", async (_, make) => {
    const model = sequential({ layers: [layers.inputLayer({ inputShape: SHAPE }), make()] });
    try {
      tf.tidy(() => {
        const weights = model.getWeights();
        model.setWeights(
          weights.map(({ shape, size }, i) => tf.reshape(tf.mul(tf.cos(tf.add(tf.range(0, size), i)), 0.7), shape)),
        );
      });
      const gradient = await read(() => tf.grad((x) => lossOf(model, x))(image()));
      for (const i of [0, 7, 19, 20, 33, 39]) {
        const at = async (change: number): Promise<number> => (await read(() => lossOf(model, image(i, change))))[0]!;
        // Richardson's extrapolation of the central difference.
        const central = async (h: number): Promise<number> => ((await at(h)) - (await at(-h))) / (2 * h);
        expect(gradient[i]).toBeCloseTo((4 * (await central(0.02)) - (await central(0.04))) / 3, 1.5);
      }
      expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.3);
    } finally {
      model.dispose();
    }
  });
});

async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(compute);
  try {
    return await result.data<"float32">();
  } finally {
    result.dispose();
  }
}
