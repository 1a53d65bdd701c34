import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { layersClassifier, pgd, runAttack, type PerSampleLoss } from "../src/index.ts";

const ids = Int32Array.of(0, 1);
const summed: PerSampleLoss = (logits) => tf.sum(tf.square(logits), 1);

/** Weights that depend on their shapes alone, so that nets of the same shape are equal. */
function setWeights(model: tfl.LayersModel): tfl.LayersModel {
  const weights = model.getWeights().map(({ shape }, i) => {
    const values = keyedRandom(0, "weights", i).normal(new Float32Array(shape.reduce((a, b) => a * b, 1)));
    return tf.tensor(values, shape);
  });
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

function net(head: tfl.layers.Layer[] | tfl.LayersModel[]): tfl.LayersModel {
  const body = tfl.layers.dense({ units: 5, activation: "tanh", inputShape: [4] });
  return setWeights(tfl.sequential({ layers: [body, ...(head as tfl.layers.Layer[])] }));
}

const dense = (activation?: "softmax") => tfl.layers.dense({ units: 3, ...(activation && { activation }) });
const softmaxHeads = {
  "a dense layer with softmax": () => net([dense("softmax")]),
  "a softmax layer": () => net([dense(), tfl.layers.softmax()]),
  "an activation layer": () => net([dense(), tfl.layers.activation({ activation: "softmax" })]),
  "a nested model": () =>
    net([tfl.sequential({ layers: [tfl.layers.dense({ units: 3, activation: "softmax", inputShape: [5] })] })]),
  "a functional model": () => {
    const input = tfl.input({ shape: [4] });
    const hidden = tfl.layers.dense({ units: 5, activation: "tanh" }).apply(input);
    return setWeights(tfl.model({ inputs: input, outputs: dense("softmax").apply(hidden) as tfl.SymbolicTensor }));
  },
};

test.each(Object.entries(softmaxHeads))("attacks see the logits behind %s", (_name, make) => {
  const model = make();
  const plain = layersClassifier(net([dense()]));
  const classifier = layersClassifier(model);
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = tf.tensor2d(keyedRandom(0, "x").uniform(new Float32Array(8)), [2, 4]);
    const expected = plain.lossAndGradient(x, ids, summed);
    const found = classifier.lossAndGradient(x, ids, summed);
    expect(classifier.logits(x, ids).arraySync()).toEqual(expected.logits.arraySync());
    expect(found.loss.arraySync()).toEqual(expected.loss.arraySync());
    expect(found.gradient.arraySync()).toEqual(expected.gradient.arraySync());
    // The model itself still gives probabilities.
    const sums = tf.sum(model.predict(x) as tf.Tensor, 1).dataSync();
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
  });
  expect(tf.memory().numTensors).toBe(before);
});

test("a softmax is restored when the model throws", () => {
  const model = softmaxHeads["a dense layer with softmax"]();
  const classifier = layersClassifier(model);
  const before = tf.memory().numTensors;
  const failing: PerSampleLoss = () => {
    throw new RangeError("no");
  };
  const x = tf.ones([2, 4]);
  expect(() => classifier.lossAndGradient(x, ids, failing)).toThrow(RangeError);
  expect(() => classifier.logits(tf.ones([2, 5]), ids)).toThrow(/images have shape \[5\], but the model takes \[4\]/);
  expect(model.layers.at(-1)!.getConfig()["activation"]).toBe("softmax");
  tf.dispose(x);
  expect(tf.memory().numTensors - before).toBe(1);
});

test("dropout is off and batch norm uses its moving averages", () => {
  const layers = [tfl.layers.dropout({ rate: 0.9 }), tfl.layers.batchNormalization(), dense()];
  const classifier = layersClassifier(net(layers));
  tf.tidy(() => {
    const x = tf.tensor2d(keyedRandom(0, "x").uniform(new Float32Array(8)), [2, 4]);
    const both = classifier.lossAndGradient(x, ids, summed).gradient.arraySync() as number[][];
    const first = classifier.lossAndGradient(tf.slice(x, 0, 1), ids.slice(0, 1), summed).gradient.arraySync();
    expect(first).toEqual([both[0]]);
  });
});

test("the gradient of a convolutional net is exact, and no gradient of a weight is computed for it", async () => {
  const model = setWeights(
    tfl.sequential({
      layers: [
        tfl.layers.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu", inputShape: [5, 4, 2] }),
        tfl.layers.conv2d({ filters: 4, kernelSize: 2, strides: 2, useBias: false }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 3 }),
      ],
    }),
  );
  const classifier = layersClassifier(model);
  const x = tf.tensor(keyedRandom(0, "x").uniform(new Float32Array(80)), [2, 5, 4, 2]);
  const expected = tf.grad((at) => tf.sum(summed(model.apply(at) as tf.Tensor2D)))(x);
  const { kernelNames } = await tf.profile(() => {
    const { gradient, logits } = classifier.lossAndGradient(x, ids, summed);
    for (const [i, value] of gradient.dataSync().entries()) expect(value).toBeCloseTo(expected.dataSync()[i]!, 3);
    return logits;
  });
  expect(kernelNames).toContain("Conv2DBackpropInput");
  expect(kernelNames).not.toContain("Conv2DBackpropFilter");
  expect(model.layers.some((layer) => Object.hasOwn(layer, "call"))).toBe(false);
});

/** Doubles its input; its derivative is 2, or whatever is chosen. */
class Doubler extends tfl.layers.Layer {
  static readonly className = "Doubler";
  #slope = 2;

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const slope = this.#slope;
    const double = tf.customGrad((x) => ({
      value: tf.mul(x as tf.Tensor, 2),
      gradFunc: (dy) => tf.mul(dy as tf.Tensor, slope),
    }));
    return double((Array.isArray(inputs) ? inputs[0] : inputs)!);
  }

  useBackward(backward: string): () => void {
    const before = this.#slope;
    this.#slope = Number(backward.split(":")[1]);
    return () => (this.#slope = before);
  }
}

test("a choice of backward pass reaches every layer that takes one, in nested models too, for one call", () => {
  const inner = tfl.sequential({ layers: [tfl.layers.reLU({ inputShape: [4] }), new Doubler()] });
  const model = tfl.sequential({ layers: [inner, new Doubler()] });
  const classifier = layersClassifier(model);
  expect(classifier.choosableBackward).toBe(true);
  tf.tidy(() => {
    const x = tf.ones([1, 4]);
    const total: PerSampleLoss = (logits) => tf.sum(logits, 1);
    const slope = (backward?: string) =>
      classifier.lossAndGradient(x, ids.slice(0, 1), total, { backward }).gradient.dataSync()[0];
    expect([slope(), slope("gate:5"), slope("exact"), slope()]).toEqual([4, 25, 4, 4]);
  });
  expect(layersClassifier(net([dense()])).choosableBackward).toBe(false);
});

test("models that are no classifiers are refused", () => {
  const a = tfl.input({ shape: [4] });
  const b = tfl.input({ shape: [4] });
  const sum = tfl.layers.add().apply([a, b]) as tfl.SymbolicTensor;
  expect(() => layersClassifier(tfl.model({ inputs: [a, b], outputs: sum }))).toThrow(/has 2 inputs and 1 outputs/);
  const open = tfl.sequential({ layers: [tfl.layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [null, 4, 1] })] });
  expect(() => layersClassifier(open)).toThrow(/every size but the first one fixed/);
  expect(() => layersClassifier(net([tfl.layers.dense({ units: 1 })]))).toThrow(/at least 2 classes/);
});

test("weights may change between calls, and images of another shape are refused", async () => {
  const model = net([dense("softmax")]);
  const classifier = layersClassifier(model);
  const x = tf.mul(tf.ones([2, 4]), 0.5);
  const before = tf.tidy(() => classifier.logits(x, ids).arraySync());
  tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 2))));
  expect(tf.tidy(() => classifier.logits(x, ids).arraySync())).not.toEqual(before);
  const data = { x: tf.ones([2, 4, 1]), labels: Int32Array.of(0, 1) };
  const attacking = runAttack(pgd, classifier, data, { threat: { norm: "linf", eps: 0.1 }, seed: 0 });
  await expect(attacking).rejects.toThrow(/The images have shape \[4,1\], but the classifier takes \[4\]/);
});
