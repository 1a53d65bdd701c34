import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { expect } from "vitest";
import { stateEntries } from "../src/weights/state-entries.ts";
import { loadStateDict } from "../src/index.ts";
import { fromChannelsFirst, inputGradient, logits, norm, relativeError } from "./classify.ts";
import { formulaTensor } from "./formula-weights.ts";

/** Numbers of the authors' PyTorch code for a network with weights by formula, a batch of 2. */
export interface Expected {
  readonly parameters: number;
  readonly inputShapeNCHW: number[];
  readonly labels: number[];
  readonly logits: number[][];
  readonly lossMean: number;
  readonly inputGradientL2PerSample: number[];
  readonly inputGradientFirst8OfSample0NCHW: number[];
}

/** What `createModel` needs to build the net of `expected`. */
export function shapeOf({ inputShapeNCHW: [, ...shape] }: Expected): [number, number, number] {
  return (shape.length === 3 ? [shape[1], shape[2], shape[0]] : shape) as [number, number, number];
}

export function parameterCount(model: LayersModel): number {
  return model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
}

/** Fills the model by formula. */
export function fillByFormula(model: LayersModel): void {
  loadStateDict(model, new Map(stateEntries(model).map(({ name, shape }) => [name, formulaTensor(name, shape)])));
}

/** Filled by formula, its parameter count, logits, loss and input gradient must be the expected ones. */
export function expectFormulaNet(model: LayersModel, expected: Expected): void {
  expect(parameterCount(model)).toBe(expected.parameters);
  fillByFormula(model);
  const shape = expected.inputShapeNCHW as [number, number, number, number];
  const { data } = formulaTensor("input", shape);
  const x = shape.length === 4 ? fromChannelsFirst(data, shape) : tf.tensor(data, shape);
  const found = logits(model, x);
  // Theirs is of the mean loss.
  const gradient = inputGradient(model, x, expected.labels).map((g) => g / 2);
  x.dispose();
  const [classes, size] = [expected.logits[0]!.length, gradient.length / 2];
  const loss = expected.labels.map((label, i) => crossEntropy(found.subarray(classes * i, classes * (i + 1)), label));
  const norms = [norm(gradient.slice(0, size)), norm(gradient.slice(size))];
  expect(relativeError(found, expected.logits.flat())).toBeLessThan(1e-4);
  expect(relativeError([(loss[0]! + loss[1]!) / 2], [expected.lossMean])).toBeLessThan(1e-4);
  expect(relativeError(norms, expected.inputGradientL2PerSample)).toBeLessThan(1e-4);
  expect(relativeError(gradient, expected.inputGradientFirst8OfSample0NCHW)).toBeLessThan(1e-3);
}

function crossEntropy(scores: Float32Array, label: number): number {
  const top = Math.max(...scores);
  return Math.log(scores.reduce((sum, z) => sum + Math.exp(z - top), 0)) + top - scores[label]!;
}
