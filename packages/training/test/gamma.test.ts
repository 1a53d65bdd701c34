import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { gammaAt, gammaEpochs, incremental, parseGamma, type GammaSchedule } from "../src/index.ts";
import { makeModel } from "./tiny-problem.ts";

const model = makeModel(0.5);

const all = (schedule: GammaSchedule): number[] =>
  Array.from({ length: gammaEpochs(schedule) }, (_, epoch) => gammaAt(schedule, epoch));

test("the default schedule is the paper's for CIFAR-10, number by number", () => {
  const parts = incremental({ from: 0.2, batchSize: 256 }).phases!({ epochs: 100, batchSize: 512 }, model);
  const [base, falling] = [parts[0]!, parts[1]!];
  expect(base).toEqual({ epochs: 100, batchSize: 512, gamma: 0.2 });
  expect(falling).toMatchObject({ epochs: 70, batchSize: 256, learningRate: 0.001 });
  // As the authors' program comes to them: minus 0.005, rounded to 5 digits, before epochs 0, 2, 4, ...
  const expected: number[] = [];
  let gamma = 0.2;
  for (let epoch = 0; epoch < 70; epoch++) {
    if (epoch % 2 === 0) gamma = Number((gamma - 0.005).toFixed(5));
    expected.push(gamma);
  }
  const gammas = all(falling.gamma as GammaSchedule);
  expect(gammas).toEqual(expected);
  expect(gammas.slice(0, 4)).toEqual([0.195, 0.195, 0.19, 0.19]);
  expect(gammas.slice(68)).toEqual([0.025, 0.025]);
  // Where the checkpoints that the authors evaluated come from.
  expect([gammas[47], gammas[39], gammas[43]]).toEqual([0.08, 0.1, 0.09]);
});

test("their schedule for MNIST: 0.001 less after each of 99 epochs", () => {
  const gammas = all({ from: 0.1, by: 0.001, every: 1, to: 0.001 });
  expect(gammas).toHaveLength(99);
  expect(gammas).toEqual(Array.from({ length: 99 }, (_, i) => (99 - i) / 1000));
});

test("a last cut that does not fit is a smaller one, and longer trainings stay at the end", () => {
  const schedule = { from: 0.2, by: 0.075, every: 2, to: 0.1 };
  expect(all(schedule)).toEqual([0.125, 0.125, 0.1, 0.1]);
  expect(gammaAt(schedule, 99)).toBe(0.1);
  expect(gammaAt(0.3, 5)).toBe(0.3);
});

test("points are met, lines lie between them, and both ends stay", () => {
  const gamma = parseGamma("2=0.3,4=0.1,5=0.2");
  expect(gamma).toEqual([
    [2, 0.3],
    [4, 0.1],
    [5, 0.2],
  ]);
  expect([0, 1, 2, 3, 4, 5, 6].map((epoch) => gammaAt(gamma, epoch))).toEqual([0.3, 0.3, 0.3, 0.2, 0.1, 0.2, 0.2]);
  expect(parseGamma("0.15")).toBe(0.15);
});

test.each([
  ["0=0.3,0=0.2", /whole epochs from 0 on that rise/],
  ["0=0.3,0.5=0.2", /whole epochs from 0/],
  ["0=2", /gammas between 0 and 1/],
  ["1", /gamma is 1/],
  ["0=0.3,0.2", /no sparsity ratio/],
  ["", /no sparsity ratio/],
])("the sparsity ratio %j is refused", (text, message) => {
  expect(() => parseGamma(text)).toThrow(message);
});

test.each([
  { to: 0.2 },
  { to: 0 },
  { from: 1 },
  { by: 0 },
  { by: -0.005 },
  { every: 0.5 },
  { every: 0 },
  { by: Number.NaN },
  { by: 1e-12 },
])("refuses %j", (options) => {
  const make = () => incremental({ from: 0.2, ...options }).phases!({ epochs: 1 }, model);
  expect(make).toThrow(/cannot fall from|It takes a (whole )?number/);
});
