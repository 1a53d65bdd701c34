import "@tensorflow/tfjs-backend-cpu";
import { kwtaLayers, setGamma } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { initializers, input, layers, model as functional, sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { foldBatchNorm, hasFoldableBatchNorm } from "../src/index.ts";
import { inputGradient, logits, relativeError } from "./classify.ts";
import { formulaImages, formulaNet, SMALL_NETS } from "./small-nets.ts";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const norms = (model: { layers: layers.Layer[] }): number =>
  model.layers.filter((layer) => layer.getClassName() === "BatchNormalization").length;

/** How many batch norms each net has before and after; those before a convolution stay. */
const COUNTS: Readonly<Record<string, [number, number]>> = {
  "resnet10-w4": [12, 0],
  "resnet10-imagenet-w4": [12, 0],
  "wideresnet10-2-w4": [7, 3],
  "dmwideresnet10-2-w4": [7, 3],
  "densenet121-w2": [120, 62],
  "vgg11-w2-h20": [8, 0],
  "small-cnn-w4": [5, 0],
};

test.each(SMALL_NETS)("%s computes the same, and so does its gradient", (architecture, shape) => {
  const net = formulaNet(`${architecture}@relu`, shape);
  const tensors = tf.memory().numTensors;
  const folded = foldBatchNorm(net);
  expect([norms(net), norms(folded)]).toEqual(COUNTS[architecture] ?? [0, 0]);
  const x = formulaImages(2, shape);
  expect(logits(folded, x)).toBeAllclose(logits(net, x), { rtol: 0, ofLargest: 1e-5 });
  expect(inputGradient(folded, x, [0, 3])).toBeAllclose(inputGradient(net, x, [0, 3]), { rtol: 0, ofLargest: 1e-4 });
  folded.dispose();
  x.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
  net.dispose();
});

test("a k-WTA net computes the same but for winners that flip, and keeps its gamma", () => {
  const shape = [16, 16, 3] as const;
  const net = formulaNet("resnet10-w4@kwta:0.2", shape);
  setGamma(net, 0.15);
  kwtaLayers(net)[2]!.gamma = 0.3;
  const folded = foldBatchNorm(net);
  expect(kwtaLayers(folded).map(({ gamma }) => gamma)).toEqual(kwtaLayers(net).map(({ gamma }) => gamma));
  const x = formulaImages(20, shape);
  const [before, after] = [logits(net, x), logits(folded, x)];
  const errors = Array.from({ length: 20 }, (_, i) =>
    relativeError(after.subarray(5 * i, 5 * i + 5), before.subarray(5 * i, 5 * i + 5)),
  );
  expect(errors.filter((error) => error > 1e-5).length).toBeLessThanOrEqual(2);
  kwtaLayers(folded)[0]!.gamma = 0.5;
  expect(kwtaLayers(net)[0]!.gamma).toBe(0.15);
  x.dispose();
  folded.dispose();
  net.dispose();
});

test("batch norm stays where its input goes elsewhere too, or is not linear", () => {
  const x = input({ shape: [4, 4, 1] });
  const shared = layers.conv2d({ filters: 2, kernelSize: 1 }).apply(x) as typeof x;
  const y = layers.batchNormalization().apply(shared) as typeof x;
  const sum = layers.add().apply([shared, y]) as typeof x;
  const active = layers.conv2d({ filters: 2, kernelSize: 3, activation: "relu" }).apply(sum) as typeof x;
  const net = functional({ inputs: x, outputs: layers.batchNormalization({ scale: false }).apply(active) as typeof x });
  const folded = foldBatchNorm(net);
  expect(norms(folded)).toBe(2);
  folded.dispose();
  net.dispose();
});

test("batch norm after convolutions of every kind", () => {
  const x = input({ shape: [6, 6, 3] });
  const norm = (y: typeof x): typeof x =>
    layers
      .batchNormalization({
        gammaInitializer: layersRandom(1),
        betaInitializer: layersRandom(2),
        movingMeanInitializer: layersRandom(3),
      })
      .apply(y) as typeof x;
  const kernels = { depthwiseInitializer: layersRandom(4) } as const;
  let y = norm(
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, useBias: false, ...kernels }).apply(x) as typeof x,
  );
  y = layers.reshape({ targetShape: [16, 6] }).apply(y) as typeof x;
  y = norm(layers.conv1d({ filters: 4, kernelSize: 3 }).apply(y) as typeof x);
  const net = functional({ inputs: x, outputs: layers.flatten().apply(y) as typeof x });
  expect(hasFoldableBatchNorm(net)).toBe(true);
  const folded = foldBatchNorm(net);
  expect([norms(net), norms(folded), hasFoldableBatchNorm(folded)]).toEqual([2, 0, false]);
  const images = formulaImages(2, [6, 6, 3]);
  expect(logits(folded, images)).toBeAllclose(logits(net, images), { rtol: 0, ofLargest: 1e-5 });
  const [before, after] = [net, folded].map((model) => inputGradient(model, images, [0, 3]));
  expect(after).toBeAllclose(before!, { rtol: 0, ofLargest: 1e-5 });
  images.dispose();
  folded.dispose();
  net.dispose();
});

function layersRandom(seed: number): ReturnType<typeof initializers.randomUniform> {
  return initializers.randomUniform({ minval: 0.5, maxval: 1.5, seed });
}

test("batch norm without scale or shift, after a dense layer with a bias", () => {
  const net = sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [4], biasInitializer: "randomNormal" }),
      layers.batchNormalization({ scale: false, movingMeanInitializer: "randomNormal" }),
      layers.dense({ units: 3, useBias: false }),
      layers.batchNormalization({ center: false, gammaInitializer: "randomNormal" }),
    ],
  });
  const folded = foldBatchNorm(net);
  expect(norms(folded)).toBe(0);
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, -1, 0, 5, 6], [2, 4]);
    const of = (model: typeof net): Float32Array => (model.predict(x) as tf.Tensor).dataSync<"float32">();
    expect(relativeError(of(folded as typeof net), of(net))).toBeLessThan(1e-5);
  });
  folded.dispose();
  net.dispose();
});

test("the model stays usable, by itself and for another fold, when its folded form is gone", () => {
  const shape = [9, 11, 2] as const;
  const net = formulaNet("small-cnn-w4@kwta:0.3", shape);
  const x = formulaImages(2, shape);
  const before = logits(net, x);
  const once = foldBatchNorm(net);
  const expected = logits(once, x);
  const twice = foldBatchNorm(once);
  once.dispose();
  expect(logits(twice, x)).toEqual(expected);
  twice.dispose();
  expect(logits(net, x)).toEqual(before);
  const again = foldBatchNorm(net);
  expect(logits(again, x)).toEqual(expected);
  again.dispose();
  net.dispose();
  x.dispose();
});

test("a layer that is used twice is refused", () => {
  const x = input({ shape: [4] });
  const twice = layers.dense({ units: 4, name: "twice" });
  const net = functional({ inputs: x, outputs: twice.apply(twice.apply(x)) as typeof x });
  expect(() => foldBatchNorm(net)).toThrow(/Layer "twice" is used 2 times/);
  expect(hasFoldableBatchNorm(net)).toBe(false);
  net.dispose();
});
