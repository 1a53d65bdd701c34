import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { stateEntries } from "../src/_state-entries.ts";
import { createModel, loadStateDict } from "../src/index.ts";
import { fromChannelsFirst, inputGradient, logits, norm, relativeError } from "./classify.ts";
import { formulaTensor } from "./formula-weights.ts";
import { startWasm } from "./wasm.ts";

interface Expected {
  readonly parameters: number;
  readonly labels: number[];
  readonly logits: number[][];
  readonly lossMean: number;
  readonly inputGradientL2PerSample: number[];
  readonly inputGradientFirst8OfSample0NCHW: number[];
}

// Numbers of the authors' PyTorch code for full-size networks with weights by formula, a batch of 2.
const path = new URL("fixtures/resnet18-formula.json", import.meta.url);
const EXPECTED = JSON.parse(readFileSync(path, "utf8")) as Record<string, Expected>;

beforeAll(() => startWasm([]));

test.each(Object.entries(EXPECTED))("%s equals the authors' PyTorch code", (id, expected) => {
  const model = createModel(id, { inputShape: [32, 32, 3], numClasses: 10 });
  const trainable = model.trainableWeights.reduce(
    (sum, { shape }) => sum + (shape as number[]).reduce((a, b) => a * b, 1),
    0,
  );
  expect(trainable).toBe(expected.parameters);
  loadStateDict(model, new Map(stateEntries(model).map(({ name, shape }) => [name, formulaTensor(name, shape)])));
  const x = fromChannelsFirst(formulaTensor("input", [2, 3, 32, 32]).data, [2, 3, 32, 32]);

  const found = logits(model, x);
  expect(relativeError(found, expected.logits.flat())).toBeLessThan(1e-4);
  const loss = expected.labels.map((label, i) => crossEntropy(found.subarray(10 * i, 10 * i + 10), label));
  expect((loss[0]! + loss[1]!) / 2).toBeCloseTo(expected.lossMean, 4);

  // Theirs is of the mean loss.
  const gradient = inputGradient(model, x, expected.labels).map((g) => g / 2);
  const norms = [norm(gradient.slice(0, 3072)), norm(gradient.slice(3072))];
  expect(relativeError(norms, expected.inputGradientL2PerSample)).toBeLessThan(1e-4);
  const first = expected.inputGradientFirst8OfSample0NCHW;
  expect(relativeError(gradient.slice(0, 8), first)).toBeLessThan(1e-3);
  model.dispose();
  x.dispose();
});

function crossEntropy(scores: Float32Array, label: number): number {
  const top = Math.max(...scores);
  return Math.log(scores.reduce((sum, z) => sum + Math.exp(z - top), 0)) + top - scores[label]!;
}
