import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import { activationLayer } from "@kwta/op";
import { referenceKwta, referenceKwtaGradient, type ReferenceBackward } from "@kwta/op/reference";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential, type LayersModel } from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { asClassifier, type PerSampleLoss } from "../src/index.ts";

const [INPUTS, UNITS, CLASSES] = [5, 12, 3];
const total: PerSampleLoss = (logits) => tf.sum(logits, 1);

/** Dense, k-WTA, dense; the second k-WTA net stands inside the first, so that nested models count too. */
function makeNet(activation: string): LayersModel {
  const inner = sequential({
    layers: [layers.dense({ units: UNITS, inputShape: [UNITS] }), activationLayer(activation)],
  });
  const net = sequential({
    layers: [
      layers.dense({ units: UNITS, inputShape: [INPUTS] }),
      activationLayer(activation),
      inner,
      layers.dense({ units: CLASSES }),
    ],
  });
  const weights = net.getWeights().map(({ shape }, i) => {
    const values = keyedRandom(0, "weights", i).normal(new Float32Array(tf.util.sizeFromShape(shape)));
    return tf.tensor(values, shape);
  });
  net.setWeights(weights);
  tf.dispose(weights);
  return net;
}

const image = (seed: number): number[] => [...keyedRandom(seed, "x").uniform(new Float32Array(INPUTS))];

/** The input gradient of the sum of the logits, in plain numbers. */
function expectedGradient(net: LayersModel, x: number[], k: number, backward: ReferenceBackward): number[] {
  const [w1, b1, w2, b2, w3] = tf.tidy(() => net.getWeights().map((w) => w.arraySync())) as [
    number[][],
    number[],
    number[][],
    number[],
    number[][],
  ];
  const forward = (v: number[], w: number[][], b: number[]): number[] =>
    b.map((bias, j) => v.reduce((sum, value, i) => sum + value * w[i]![j]!, bias));
  const back = (d: number[], w: number[][]): number[] =>
    w.map((row) => row.reduce((sum, value, j) => sum + value * d[j]!, 0));
  const z1 = forward(x, w1, b1);
  const z2 = forward(referenceKwta(z1, k).y, w2, b2);
  const d2 = referenceKwtaGradient(back(Array<number>(CLASSES).fill(1), w3), z2, k, backward);
  return back(referenceKwtaGradient(back(d2, w2), z1, k, backward), w1);
}

const CHOICES: [string, ReferenceBackward][] = [
  ["exact", "exact"],
  ["gate:0.2", { gate: 0.2 }],
  ["soft-top-k:0.3", { softTopK: 0.3 }],
  ["straight-through", "straight-through"],
  ["relu", "relu"],
];

test.each(CHOICES)(
  "%s is the gradient of one call, in nested models too, and the logits stay",
  (backward, reference) => {
    const net = makeNet("kwta:0.25");
    const classifier = asClassifier(net);
    expect(classifier.choosableBackward).toBe(true);
    const images = [image(1), image(2)];
    const ids = Int32Array.of(0, 1);
    const tensors = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor2d(images);
      const plain = classifier.lossAndGradient(x, ids, total);
      const chosen = classifier.lossAndGradient(x, ids, total, { backward });
      expect(chosen.logits.arraySync()).toEqual(plain.logits.arraySync());
      expect(chosen.loss.arraySync()).toEqual(plain.loss.arraySync());
      const expected = images.flatMap((each) => expectedGradient(net, each, 3, reference));
      const found = [...chosen.gradient.dataSync()];
      for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i]!, 3);
      // The next call is exact again.
      const after = classifier.lossAndGradient(x, ids, total).gradient.arraySync();
      expect(after).toEqual(plain.gradient.arraySync());
      if (backward !== "exact") expect(chosen.gradient.arraySync()).not.toEqual(after);
    });
    expect(tf.memory().numTensors).toBe(tensors);
  },
);

test("a call that throws, in the loss or for an unknown choice, leaves the exact gradient and no tensor behind", () => {
  const classifier = asClassifier(makeNet("kwta:0.25"));
  const x = tf.tensor2d([image(1)]);
  const ids = Int32Array.of(0);
  const gradient = (): unknown => tf.tidy(() => classifier.lossAndGradient(x, ids, total).gradient.arraySync());
  const before = gradient();
  const tensors = tf.memory().numTensors;
  const failing: PerSampleLoss = () => {
    throw new RangeError("no loss");
  };
  for (const [backward] of CHOICES) {
    expect(() => classifier.lossAndGradient(x, ids, failing, { backward })).toThrow(RangeError);
  }
  expect(() => classifier.lossAndGradient(x, ids, total, { backward: "soft" })).toThrow(/Unknown backward pass "soft"/);
  expect(() => classifier.lossAndGradient(x, ids, total, { backward: "gate:0" })).toThrow(/positive number/);
  expect(gradient()).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
  x.dispose();
});

/** The net, its second activation seeing the same value in all units, which all win. */
function makeConstantLayer(activation: string): LayersModel {
  const net = makeNet(activation);
  tf.tidy(() => {
    const weights = net.getWeights();
    weights[2] = tf.ones([UNITS, UNITS]);
    weights[3] = tf.mul(tf.ones([UNITS]), 100);
    net.setWeights(weights);
  });
  return net;
}

test("a layer whose activations do not vary passes the exact gradient, and the layers before it the gate's", () => {
  const net = makeConstantLayer("kwta:0.25");
  const expected = expectedGradient(net, image(1), 3, { gate: 0.2 });
  tf.tidy(() => {
    const x = tf.tensor2d([image(1)]);
    const found = asClassifier(net).lossAndGradient(x, Int32Array.of(0), total, { backward: "gate:0.2" });
    for (const [i, value] of found.gradient.dataSync().entries()) expect(value).toBeCloseTo(expected[i]!, 3);
  });
  expect(expected.some((value) => Math.abs(value) > 0.1)).toBe(true);
});

test.each(
  ["kwta-channel:0.25", "kwta-abs:0.25", "kwta-k:3", "lwta:3", "break-relu:2"].flatMap((each) => [
    [each, "gate:0.2"],
    [each, "soft-top-k:0.2"],
  ]),
)("%s, %s: so do its relatives; nothing vanishes or becomes NaN", (activation, backward) => {
  const classifier = asClassifier(makeConstantLayer(activation!));
  tf.tidy(() => {
    const x = tf.tensor2d([image(1)]);
    const { gradient } = classifier.lossAndGradient(x, Int32Array.of(0), total, { backward: backward! });
    expect(gradient.dataSync().every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  });
});
