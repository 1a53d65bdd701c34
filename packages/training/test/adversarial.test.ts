import "@tensorflow/tfjs-backend-cpu";
import { AbortedError, keyedRandom, parseLength } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Sequential } from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import {
  adversarial,
  formatMethod,
  makeMethod,
  methodSettings,
  parseMethod,
  standard,
  train,
  type TrainingBatch,
  type TrainingMethod,
  type TrainingSettings,
} from "../src/index.ts";
import { bits, makeModel, split, stoppedAndResumed, straight } from "./tiny-problem.ts";

const settings: TrainingSettings = { epochs: 2, batchSize: 20, learningRate: 0.1, seed: 5 };
const attack = { eps: 0.1, steps: 3, stepSize: 0.04 } as const;

beforeAll(() => tf.setBackend("cpu"));

/** Images and labels of some samples. */
function batchOf(ids: readonly number[], epoch = 0): TrainingBatch {
  const x = tf.tensor4d(
    Float32Array.from(ids.flatMap((id) => [...split.images.subarray(id * 16, (id + 1) * 16)])).map((v) => v / 255),
    [ids.length, 4, 4, 1],
  );
  const labels = tf.tensor1d(
    ids.map((id) => split.labels[id]!),
    "int32",
  );
  const targets = tf.tidy(() => tf.cast(tf.oneHot(labels, 2), "float32") as tf.Tensor2D);
  return { x, labels, targets, ids: Int32Array.from(ids), step: 0, epoch, seed: 5, carried: {} };
}

/** Mean cross-entropy from probabilities, another way than the library's. */
function meanLoss(model: Sequential, x: tf.Tensor, labels: tf.Tensor1D, training: boolean): tf.Scalar {
  const probabilities = tf.softmax(model.apply(x, { training }) as tf.Tensor2D);
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(labels, 2), tf.log(probabilities)), 1)));
}

/** The attack and the step, written out with plain arrays. */
function stepByHand(model: Sequential, { x, labels, ids }: TrainingBatch, attacked: tf.Tensor1D): number[] {
  const clean = x.dataSync();
  const { eps, steps, stepSize } = { eps: 0.1, steps: 3, stepSize: 0.04 };
  const point = Float32Array.from(clean);
  const inBall = (value: number, i: number): number =>
    Math.min(1, Math.max(0, Math.min(clean[i]! + eps, Math.max(clean[i]! - eps, value))));
  ids.forEach((id, row) => {
    const noise = keyedRandom(5, "adversarial training", "start", 0, id).uniform(new Float32Array(16), -eps, eps);
    noise.forEach((value, j) => (point[row * 16 + j] = inBall(clean[row * 16 + j]! + value, row * 16 + j)));
  });
  for (let t = 0; t < steps; t++) {
    const gradient = tf.grad((at: tf.Tensor) => meanLoss(model, at, attacked, false))(tf.tensor4d(point, x.shape));
    gradient.dataSync().forEach((g, i) => (point[i] = inBall(point[i]! + stepSize * Math.sign(g), i)));
  }
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const { grads } = tf.variableGrads(() => meanLoss(model, tf.tensor4d(point, x.shape), labels, true), weights);
  return weights.flatMap((weight) => [...tf.sub(weight, tf.mul(grads[weight.name]!, 0.1)).dataSync()]);
}

test.each(["true", "predicted"] as const)("one step is that of a loop written by hand, label: %s", async (label) => {
  // Some steps first, so that batch statistics and moving ones differ, and the model is wrong about some images.
  const [model, twin] = [makeModel(0.5), makeModel(0.5)];
  for (const each of [model, twin]) await train(each, split, { ...settings, epochs: 1, learningRate: 0.01 });
  const whole = { ...split, size: 20, images: split.images.slice(0, 320), labels: split.labels.slice(0, 20) };
  const batch = batchOf([...Array(20).keys()]);
  const predicted = tf.argMax(twin.apply(batch.x, { training: false }) as tf.Tensor2D, 1) as tf.Tensor1D;
  expect([...predicted.dataSync()]).not.toEqual([...batch.labels.dataSync()]);
  const expected = stepByHand(twin, batch, label === "true" ? batch.labels : predicted);
  const other = stepByHand(twin, batch, label === "true" ? predicted : batch.labels);
  const method = adversarial({ ...attack, label });
  await train(model, whole, { epochs: 1, batchSize: 20, learningRate: 0.1, seed: 5, method });
  const found = model.trainableWeights.flatMap((weight) => [...weight.read().dataSync()]);
  const distance = (to: number[]): number => Math.max(...found.map((value, i) => Math.abs(value - to[i]!)));
  expect(found).toBeAllclose(expected, { atol: 1e-6 });
  expect(distance(other)).toBeGreaterThan(1e-4);
});

test("with eps 0 it is natural training, bit for bit", async () => {
  const natural = await straight(makeModel, { ...settings, augment: "crop-flip" });
  const none = await straight(makeModel, { ...settings, augment: "crop-flip", method: adversarial({ eps: 0 }) });
  expect(none.weights).toEqual(natural.weights);
  const renamed = natural.lines.map((line) => {
    if (line.kind !== "step") return line;
    const { accuracy, ...rest } = line;
    return { ...rest, robustAccuracy: accuracy };
  });
  expect(none.lines).toEqual(renamed);
});

test("the attacked image of a sample depends on its epoch, not on its batch, and lies in ball and box", async () => {
  const model = makeModel(0.5);
  const before = tf.memory().numTensors;
  const images = async (ids: number[], epoch: number): Promise<number[]> => {
    const batch = batchOf(ids, epoch);
    const attacked = await adversarial(attack).craft!(model, batch, undefined);
    const clean = batch.x.dataSync();
    const values = [...attacked.dataSync()];
    for (const [i, value] of values.entries()) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
      expect(Math.abs(value - clean[i]!)).toBeLessThan(0.1 + 1e-6);
    }
    tf.dispose([batch.x, batch.labels, batch.targets, attacked]);
    return values;
  };
  const together = await images([7, 3, 20, 41], 1);
  expect(together.slice(16, 32)).toEqual(await images([3], 1));
  expect(together.slice(16, 32)).not.toEqual(await images([3], 2));
  expect(tf.memory().numTensors).toBe(before);
});

test.each([1, 3, 4])("stopped after step %i and resumed, it is the same training", async (at) => {
  const predicted = { ...settings, method: adversarial({ ...attack, label: "predicted" }) };
  const { weights, lines } = await straight(makeModel, predicted);
  const resumed = await stoppedAndResumed(at, makeModel, predicted);
  expect(resumed.lines).toEqual(lines);
  expect(resumed.weights).toEqual(weights);
});

test("stopped in the middle of an attack, it leaves a checkpoint of the step before, and no tensor", async () => {
  const model = makeModel();
  const before = tf.memory().numTensors;
  const stop = new AbortController();
  const method = adversarial({ ...attack, steps: 50 });
  const steps: number[] = [];
  const stopping: TrainingMethod = {
    ...method,
    craft(of, batch, signal) {
      if (batch.step === 2) queueMicrotask(() => stop.abort());
      return method.craft!(of, batch, signal);
    },
  };
  const stopped = train(
    model,
    split,
    { ...settings, method: stopping },
    {
      signal: stop.signal,
      onCheckpoint: async ({ step }) => void steps.push(step),
    },
  );
  await expect(stopped).rejects.toThrow(AbortedError);
  expect(steps).toEqual([2]);
  expect(tf.memory().numTensors).toBe(before);
});

test("an attack that fails ends the training, changes nothing and leaks nothing", async () => {
  const model = makeModel(0.5);
  const weights = await bits(model);
  const before = tf.memory().numTensors;
  const method = adversarial({ ...attack, backward: "no-such-thing" });
  await expect(train(model, split, { ...settings, method })).rejects.toThrow(/no-such-thing/);
  expect(await bits(model)).toEqual(weights);
  expect(tf.memory().numTensors).toBe(before);
});

test("the attack may take another gradient of k-WTA", async () => {
  const weightsBy = async (backward: string): Promise<unknown> => {
    const method = adversarial({ ...attack, backward });
    return (await straight(() => makeModel(0.3), { ...settings, epochs: 1, method })).weights;
  };
  expect(await weightsBy("gate:0.5")).not.toEqual(await weightsBy("exact"));
});

test("the defaults are the paper's for CIFAR-10, and what cannot be used is refused", async () => {
  const { id, params } = adversarial();
  expect(id).toBe("adversarial");
  expect(params).toMatchObject({ norm: "linf", eps: 0.031, steps: 10, label: "true", backward: "exact" });
  expect(parseLength(params["stepSize"] as string, 0.031)).toBeCloseTo(0.007, 12);
  expect(() => adversarial({ steps: 0 })).toThrow(/Parameter steps of the training method adversarial is 0/);
  expect(() => adversarial({ stepSize: "big" })).toThrow(/"big"/);
  expect(() => adversarial({ eps: "0.5 eps" })).toThrow(/a number of at least 0, or a fraction/);
  expect(() => adversarial({ label: "wrong" as never })).toThrow(/"wrong".*predicted/);
  expect(() => adversarial({ norm: "l7" as never })).toThrow(/one of linf/);
  const tooLarge = train(makeModel(), split, { ...settings, method: adversarial({ eps: 8 }) });
  await expect(tooLarge).rejects.toThrow(/8\/255/);
});

test("methods are written and read in the common grammar, and as data", () => {
  const text = "adversarial:eps=8/255,steps=7,label=predicted";
  const method = parseMethod(text);
  expect(method.params).toMatchObject({ eps: "8/255", steps: 7, label: "predicted" });
  expect(formatMethod(method)).toBe(text);
  const settled = JSON.parse(JSON.stringify(methodSettings(method))) as ReturnType<typeof methodSettings>;
  expect(makeMethod(settled).params).toEqual(method.params);
  expect(formatMethod(methodSettings(standard))).toBe("standard");
  expect(() => parseMethod("traded:beta=6")).toThrow('Unknown training method "traded". Known:');
  expect(() => parseMethod("adversarial:step=7")).toThrow(
    'Unknown parameter of the training method adversarial "step".',
  );
});
