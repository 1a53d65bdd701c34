import "@tensorflow/tfjs-backend-cpu";
import { keyedRandom } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import {
  asClassifier,
  NoGradientError,
  perSampleLoss,
  pgd,
  predict,
  runAttack,
  square,
  type ClassifierOptions,
  type PerSampleLoss,
} from "../src/index.ts";

const ids = Int32Array.of(0, 1);
const summed: PerSampleLoss = (logits) => tf.sum(tf.square(logits), 1);

/** Weights that depend on their shapes alone, so that nets of the same shape are equal. */
function setWeights(model: tfl.LayersModel): tfl.LayersModel {
  const weights = model.getWeights().map(({ shape }, i) => {
    const values = keyedRandom(0, "weights", i).normal(new Float32Array(tf.util.sizeFromShape(shape)));
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

type Head = "softmax" | "logSoftmax" | "sigmoid";
const dense = (activation?: Head) =>
  tfl.layers.dense({ units: 3, ...(activation && { activation: activation as "softmax" }) });
const conv = (activation?: "softmax") =>
  tfl.layers.conv2d({ filters: 3, kernelSize: 1, ...(activation && { activation }) });
const drop = () => tfl.layers.dropout({ rate: 0.5 });
const softmaxHeads = {
  "a dense layer with softmax": () => net([dense("softmax")]),
  "a softmax layer": () => net([dense(), tfl.layers.softmax()]),
  "an activation layer": () => net([dense(), tfl.layers.activation({ activation: "softmax" })]),
  "a nested model": () =>
    net([tfl.sequential({ layers: [tfl.layers.dense({ units: 3, activation: "softmax", inputShape: [5] })] })]),
  "reshape after softmax, as MobileNet ends": () =>
    net([tfl.layers.reshape({ targetShape: [1, 1, 5] }), conv("softmax"), tfl.layers.reshape({ targetShape: [3] })]),
  "flatten, dropout and a linear activation after softmax": () =>
    net([
      tfl.layers.reshape({ targetShape: [1, 1, 5] }),
      conv(),
      tfl.layers.softmax({ axis: -1 }),
      tfl.layers.flatten(),
      tfl.layers.dropout({ rate: 0.5 }),
      tfl.layers.activation({ activation: "linear" }),
    ]),
  "log-softmax": () => net([dense("logSoftmax"), tfl.layers.activation({ activation: "linear" })]),
  "a sigmoid for each class": () => net([dense("sigmoid"), tfl.layers.reshape({ targetShape: [3] })]),
  "a sigmoid before a softmax": () => net([dense("sigmoid"), tfl.layers.softmax()]),
  "dropout after a nested model": () =>
    net([tfl.sequential({ layers: [tfl.layers.dense({ units: 3, activation: "softmax", inputShape: [5] })] }), drop()]),
  "a nested model that only passes on": () =>
    net([dense("softmax"), tfl.sequential({ layers: [tfl.layers.dropout({ rate: 0.1, inputShape: [3] }), drop()] })]),
  "models nested twice": () => {
    const inner = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [5] }), tfl.layers.softmax()] });
    return net([tfl.sequential({ layers: [inner, drop()] }), drop()] as tfl.layers.Layer[]);
  },
  "a functional model": () => {
    const input = tfl.input({ shape: [4] });
    const hidden = tfl.layers.dense({ units: 5, activation: "tanh" }).apply(input);
    return setWeights(tfl.model({ inputs: input, outputs: dense("softmax").apply(hidden) as tfl.SymbolicTensor }));
  },
};

test.each(Object.entries(softmaxHeads))("attacks see the logits behind %s", (_name, make) => {
  const model = make();
  const plain = asClassifier(net([dense()]));
  const classifier = asClassifier(model);
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const x = tf.tensor2d(keyedRandom(0, "x").uniform(new Float32Array(8)), [2, 4]);
    const expected = plain.lossAndGradient(x, ids, summed);
    const found = classifier.lossAndGradient(x, ids, summed);
    // A 1x1 convolution adds in another order than a dense layer.
    expect(classifier.logits(x, ids).dataSync()).toBeAllclose(expected.logits.dataSync(), { rtol: 1e-5 });
    expect(found.loss.dataSync()).toBeAllclose(expected.loss.dataSync(), { rtol: 1e-5 });
    expect(found.gradient.dataSync()).toBeAllclose(expected.gradient.dataSync(), { rtol: 1e-4 });
    // The model itself still answers as it did.
    const answer = (model.predict(x) as tf.Tensor).arraySync();
    expect(answer).not.toEqual(expected.logits.arraySync());
    expect(tf.argMax(model.predict(x) as tf.Tensor, 1).arraySync()).toEqual(tf.argMax(found.logits, 1).arraySync());
  });
  expect(tf.memory().numTensors).toBe(before);
});

const seen = {
  "a softmax that stands in two places": () => {
    const input = tfl.input({ shape: [4] });
    const softmax = tfl.layers.softmax();
    const middle = softmax.apply(tfl.layers.dense({ units: 3 }).apply(input));
    const output = softmax.apply(tfl.layers.dense({ units: 3 }).apply(middle));
    return setWeights(tfl.model({ inputs: input, outputs: output as tfl.SymbolicTensor }));
  },
  "a softmax over a part of the classes": () =>
    net([
      tfl.layers.dense({ units: 6 }),
      tfl.layers.reshape({ targetShape: [2, 3] }),
      tfl.layers.softmax({ axis: -1 }),
      tfl.layers.flatten(),
    ]),
  "a softmax before a layer that does something": () => net([dense("softmax"), dense()]),
  "the gates of a recurrent layer": () =>
    net([
      tfl.layers.reshape({ targetShape: [1, 5] }),
      tfl.layers.simpleRNN({ units: 3, activation: "sigmoid", recurrentInitializer: "zeros" }),
    ]),
};

test.each(Object.entries(seen))("%s stays", (_name, make) => {
  const model = make();
  tf.tidy(() => {
    const x = tf.tensor2d(keyedRandom(0, "x").uniform(new Float32Array(8)), [2, 4]);
    const found = asClassifier(model).logits(x, ids).arraySync();
    expect(found).toEqual((model.predict(x) as tf.Tensor).arraySync());
  });
});

test.each(["linear", "sigmoid"] as const)("a single score (%s) is that of class 1 against class 0", (activation) => {
  const model = net([tfl.layers.dense({ units: 1, activation })]);
  const plain = net([tfl.layers.dense({ units: 1 })]);
  const classifier = asClassifier(model);
  expect(classifier.numClasses).toBe(2);
  tf.tidy(() => {
    const x = tf.tensor2d(keyedRandom(0, "x").uniform(new Float32Array(8)), [2, 4]);
    const score = (plain.predict(x) as tf.Tensor).dataSync();
    const loss = perSampleLoss("cross-entropy", { kind: "untargeted", labels: Int32Array.of(0, 1) });
    const found = classifier.lossAndGradient(x, ids, loss);
    expect(found.logits.arraySync()).toEqual([
      [0, score[0]],
      [0, score[1]],
    ]);
    // Binary cross-entropy: log(1 + e^z) for class 0, log(1 + e^-z) for class 1.
    expect(found.loss.dataSync()).toBeAllclose([Math.log1p(Math.exp(score[0]!)), Math.log1p(Math.exp(-score[1]!))]);
  });
});

test("attacks of a binary net find what its sigmoid would hide", async () => {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, activation: "sigmoid", inputShape: [2] })] });
  // Far out, where the sigmoid is 1 in 32 bits and its gradient 0.
  model.setWeights([tf.tensor2d([200, -100], [2, 1]), tf.tensor1d([0])]);
  const samples = {
    x: tf.tensor2d([
      [0.9, 0.1],
      [0.1, 0.9],
      [0.6, 0.9],
    ]),
    labels: [1, 0, 1],
  };
  const { success, cleanCorrect, diagnostics } = await runAttack(pgd, asClassifier(model), samples, {
    threat: { norm: "linf", eps: 0.15 },
    seed: 0,
  });
  // Distances to the border: 170 / 300, 70 / 300 and 30 / 300.
  expect([...cleanCorrect, ...success, ...diagnostics]).toEqual([1, 1, 1, 0, 0, 1]);
});

test("a softmax is restored when the model throws", () => {
  const model = softmaxHeads["a dense layer with softmax"]();
  const classifier = asClassifier(model);
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
  const classifier = asClassifier(net(layers));
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
  const classifier = asClassifier(model);
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
  const classifier = asClassifier(model);
  expect(classifier.choosableBackward).toBe(true);
  tf.tidy(() => {
    const x = tf.ones([1, 4]);
    const total: PerSampleLoss = (logits) => tf.sum(logits, 1);
    const slope = (backward?: string) =>
      classifier.lossAndGradient(x, ids.slice(0, 1), total, { backward }).gradient.dataSync()[0];
    expect([slope(), slope("gate:5"), slope("exact"), slope()]).toEqual([4, 25, 4, 4]);
  });
  expect(asClassifier(net([dense()])).choosableBackward).toBe(false);
});

test("models that are no classifiers are refused", () => {
  const a = tfl.input({ shape: [4] });
  const b = tfl.input({ shape: [4] });
  const sum = tfl.layers.add().apply([a, b]) as tfl.SymbolicTensor;
  expect(() => asClassifier(tfl.model({ inputs: [a, b], outputs: sum }))).toThrow(/has 2 inputs and 1 outputs/);
  const open = tfl.sequential({ layers: [tfl.layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [null, 4, 1] })] });
  expect(() => asClassifier(open)).toThrow(/every size but the first one fixed/);
  const rows = net([tfl.layers.reshape({ targetShape: [5, 1] })]);
  expect(() => asClassifier(rows)).toThrow(/output shape is \[null,5,1\]. A classifier gives \[null, classes\]/);
  expect(() => asClassifier({} as tfl.LayersModel)).toThrow(/is no model/);
});

test("weights may change between calls, and images of another shape are refused", async () => {
  const model = net([dense("softmax")]);
  const classifier = asClassifier(model);
  const x = tf.mul(tf.ones([2, 4]), 0.5);
  const before = tf.tidy(() => classifier.logits(x, ids).arraySync());
  tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 2))));
  expect(tf.tidy(() => classifier.logits(x, ids).arraySync())).not.toEqual(before);
  const data = { x: tf.ones([2, 4, 1]), labels: Int32Array.of(0, 1) };
  const attacking = runAttack(pgd, classifier, data, { threat: { norm: "linf", eps: 0.1 }, seed: 0 });
  await expect(attacking).rejects.toThrow(/The images have shape \[4,1\], but the classifier takes \[4\]/);
});

const images = (count: number, shape: number[]) =>
  tf.tensor(keyedRandom(0, "x").uniform(new Float32Array(count * tf.util.sizeFromShape(shape))), [count, ...shape]);

/** Two channels, three classes. */
function pictureNet(): tfl.LayersModel {
  const first = tfl.layers.conv2d({ filters: 3, kernelSize: 2, activation: "relu", inputShape: [4, 4, 2] });
  return setWeights(tfl.sequential({ layers: [first, tfl.layers.flatten(), tfl.layers.dense({ units: 3 })] }));
}

describe("mean, std and bounds", () => {
  const [mean, std] = [
    [0.4, 0.6],
    [0.2, 0.5],
  ];
  const model = pictureNet();

  test("are what a normalisation of one's own computes, and its gradient", () => {
    tf.tidy(() => {
      const x = images(2, [4, 4, 2]);
      const own = asClassifier(
        (at) => model.apply(tf.div(tf.sub(at, tf.tensor1d(mean)), tf.tensor1d(std))) as tf.Tensor,
        {
          inputShape: [4, 4, 2],
          numClasses: 3,
        },
      );
      // On images of 0 to 255, everything is 255 times as large.
      const wide = asClassifier(model, {
        bounds: { min: 0, max: 255 },
        mean: mean.map((each) => each * 255),
        std: std.map((each) => each * 255),
      });
      const [expected, found] = [own, asClassifier(model, { mean, std })].map((each) =>
        each.lossAndGradient(x, ids, summed),
      );
      expect(found!.logits.dataSync()).toBeAllclose(expected!.logits.dataSync(), { rtol: 1e-5 });
      expect(found!.gradient.dataSync()).toBeAllclose(expected!.gradient.dataSync(), { rtol: 1e-4 });
      expect(wide.logits(tf.mul(x, 255), ids).dataSync()).toBeAllclose(expected!.logits.dataSync(), {
        rtol: 1e-4,
        atol: 1e-4,
      });
      expect(asClassifier(model, { mean: 0, std: 1 }).logits(x, ids).dataSync()).toEqual(
        asClassifier(model).logits(x, ids).dataSync(),
      );
    });
  });

  test("are part of the digest", async () => {
    const all = [{}, { mean }, { mean, std }, { mean: [0.4, 0.5], std }, { bounds: { min: -1, max: 1 } }];
    expect(new Set(await Promise.all(all.map((options) => asClassifier(model, options).digest!()))).size).toBe(
      all.length,
    );
  });

  test.each<[ClassifierOptions, RegExp]>([
    [{ mean: [123.675, 116.28] }, /A mean is 123.675, outside of the data range \[0, 1\].*0.485/],
    [{ mean: [0.1, 0.2, 0.3] }, /mean is \[0.1,0.2,0.3\].*one number, or 2, one for each channel/],
    [{ mean: "0.5" as unknown as number }, /mean is "0.5"/],
    [{ std: [0.2, 0] }, /A std is 0. Give positive numbers/],
    [{ bounds: { min: 1, max: 0 } }, /min below max/],
    [{ numClasses: 3 }, /numClasses is for functions/],
    [{ means: 0.5 } as ClassifierOptions, /Unknown option of asClassifier "means"/],
  ])("%j is refused", (options, message) => {
    expect(() => asClassifier(model, options)).toThrow(message);
  });

  test("attacks on 0 to 255 break what the same attacks on [0, 1] break, and a share of the range is asked about", async () => {
    const x = images(20, [4, 4, 2]);
    const labels = [...tf.tidy(() => tf.argMax(asClassifier(model).logits(x, ids), 1)).dataSync()];
    const attack = pgd({ steps: 10, stepSize: "0.2 eps" });
    const half = await runAttack(
      attack,
      asClassifier(model),
      { x, labels },
      { threat: { norm: "linf", eps: "8/255" }, seed: 0 },
    );
    const wide = asClassifier(model, { bounds: { min: 0, max: 255 }, std: 255 });
    const data = { x: tf.clipByValue(tf.mul(x, 255), 0, 255), labels };
    const whole = await runAttack(attack, wide, data, { threat: { norm: "linf", eps: 8 }, seed: 0 });
    expect(whole.success).toEqual(half.success);
    expect(whole.success.reduce((a, b) => a + b)).toBeGreaterThan(2);
    for (const eps of ["8/255", 8 / 255]) {
      const asked = runAttack(attack, wide, data, { threat: { norm: "linf", eps }, seed: 0 });
      await expect(asked).rejects.toThrow(/data range.* \[0, 255\].*rite 8[ .]/);
    }
    const asked = runAttack(pgd({ stepSize: "2/255" }), wide, data, { threat: { norm: "linf", eps: 8 }, seed: 0 });
    await expect(asked).rejects.toThrow(/stepSize of kwta\/pgd is "2\/255".*Write 2/);
  });
});

test("a function is a classifier, and must say what it takes and gives", async () => {
  const f = (x: tf.Tensor): tf.Tensor => tf.matMul(x as tf.Tensor2D, tf.tensor2d([1, -1, -1, 1], [2, 2]));
  const options = { inputShape: [2], numClasses: 2 };
  const x = tf.tensor2d([
    [0.9, 0.1],
    [0.2, 0.3],
  ]);
  const threat = { norm: "linf", eps: 0.2 } as const;
  const { success } = await runAttack(
    pgd,
    asClassifier(f, options),
    { x, labels: Uint8Array.of(0, 1) },
    { threat, seed: 0 },
  );
  expect([...success]).toEqual([0, 1]);
  const single = asClassifier((at) => tf.sum(at, 1), options);
  expect(single.logits(x, ids).arraySync()).toEqual([
    [0, 1],
    [0, 0.5],
  ]);
  expect(() => asClassifier(f)).toThrow(/one must say what it takes and gives/);
  expect(() => asClassifier((at) => at, { ...options, numClasses: 3 }).logits(x, ids)).toThrow(
    /scores of shape \[2,2\] for 2 images and 3/,
  );
});

test.each([
  ["an array", [0, 1]],
  ["bytes", Uint8Array.of(0, 1)],
  ["floats that are whole", Float32Array.of(0, 1)],
])("labels, targets and ids may be %s", async (_, numbers) => {
  const classifier = asClassifier(net([dense()]));
  const x = images(2, [4]);
  const options = { threat: { norm: "linf", eps: 0.3 }, seed: 0 } as const;
  const found = await runAttack(pgd, classifier, { x, labels: numbers, ids: numbers }, options);
  const expected = await runAttack(pgd, classifier, { x, labels: Int32Array.of(0, 1) }, options);
  expect(found.success).toEqual(expected.success);
  expect((await predict(classifier, { x, labels: numbers })).correct).toEqual(expected.cleanCorrect);
  const targeted = runAttack(pgd, classifier, { x, labels: [1, 0] }, { ...options, targets: numbers });
  expect((await targeted).success).toHaveLength(2);
});

test.each<[unknown, RegExp]>([
  [[0, 1.5], /labels\[1\] is 1.5. Give an array of whole numbers/],
  [
    [
      [1, 0],
      [0, 1],
    ],
    /labels\[0\] is \[1,0\]/,
  ],
  [["0", "1"], /labels\[0\] is "0"/],
  [[0, 3], /labels\[1\] is 3, but the classes are 0 to 2/],
  [[0], /1 labels for 2 images/],
  [undefined, /labels are undefined/],
])("labels %j are refused", async (labels, message) => {
  const samples = { x: images(2, [4]), labels: labels as number[] };
  await expect(predict(asClassifier(net([dense()])), samples)).rejects.toThrow(message);
});

describe("a layer without a gradient", () => {
  const nets: Readonly<Record<string, () => tfl.LayersModel>> = {
    "a dilated convolution": () =>
      setWeights(
        tfl.sequential({
          layers: [
            tfl.layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, inputShape: [4, 4, 2] }),
            tfl.layers.flatten(),
            tfl.layers.dense({ units: 3 }),
          ],
        }),
      ),
    "a thresholded ReLU": () =>
      setWeights(
        tfl.sequential({
          layers: [
            tfl.layers.thresholdedReLU({ theta: 0.2, inputShape: [4, 4, 2] }),
            tfl.layers.flatten(),
            tfl.layers.dense({ units: 3 }),
          ],
        }),
      ),
  };
  test.each(Object.entries(nets))("%s: attacks that need one say so, others go on", async (_, make) => {
    const classifier = asClassifier(make());
    const x = images(2, [4, 4, 2]);
    const samples = { x, labels: [...tf.tidy(() => tf.argMax(classifier.logits(x, ids), 1)).dataSync()] };
    const options = { threat: { norm: "linf", eps: 0.5 }, seed: 0 } as const;
    const before = tf.memory().numTensors;
    const stopped = runAttack(pgd, classifier, samples, options);
    await expect(stopped).rejects.toThrow(NoGradientError);
    await expect(stopped).rejects.toThrow(/The model has no gradient on the backend cpu \(.*square/);
    expect(tf.memory().numTensors).toBe(before);
    const { success, dispose } = await runAttack(square({ queries: 50 }), classifier, samples, options);
    expect([...success]).toContain(1);
    dispose();
  });

  test("a forward pass that fails is one sentence, too", () => {
    const model = net([dense()]);
    model.layers[0]!.call = () => {
      throw new Error("Kernel 'Erf' not registered for backend 'cpu'\n  at somewhere");
    };
    const classifier = asClassifier(model);
    const failing = (): unknown => classifier.lossAndGradient(tf.ones([1, 4]), Int32Array.of(0), summed);
    for (const ask of [() => classifier.logits(tf.ones([1, 4]), ids), failing]) {
      expect(ask).toThrow(
        /cannot be computed on the backend cpu: Kernel 'Erf' not registered for backend 'cpu'\. Another/,
      );
    }
  });
});

test("a model that is disposed in the middle of an attack is told in a sentence", async () => {
  const kernelInitializer = tfl.initializers.glorotUniform({ seed: 1 });
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [4], kernelInitializer })] });
  const x = tf.randomUniform([5, 4], 0, 1, "float32", 1);
  // Images that it is right about keep the attack at work.
  const labels = tf.tidy(() => Array.from((tf.argMax(model.predict(x) as tf.Tensor, 1) as tf.Tensor1D).dataSync()));
  const before = tf.memory().numTensors;
  const classifier = asClassifier(model);
  let progress = 0;
  const attack = runAttack(
    pgd({ steps: 10, restarts: 3 }),
    classifier,
    { x, labels },
    {
      threat: { norm: "linf", eps: 0.01 },
      seed: 0,
      onProgress: () => void (++progress === 3 && model.dispose()),
    },
  );
  await expect(attack).rejects.toThrow(/^The model was disposed while it was in use/);
  await expect(classifier.digest!()).rejects.toThrow(/disposed/);
  expect(() => asClassifier(model)).not.toThrow(TypeError);
  expect(tf.memory().numTensors).toBe(before - 2);
  x.dispose();
});
