import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import {
  accuracy,
  checkTraining,
  decodeCheckpoint,
  standard,
  train,
  type Checkpoint,
  type Metrics,
  type TrainingSettings,
} from "../src/index.ts";
import { bits, makeModel, split, stoppedAndResumed, straight } from "./tiny-problem.ts";

const settings: TrainingSettings = { epochs: 3, batchSize: 16, learningRate: 0.1, augment: "crop-flip", seed: 5 };

beforeAll(() => tf.setBackend("cpu"));

test("learns, reports every step and epoch, and leaks nothing", async () => {
  const model = makeModel();
  const before = tf.memory().numTensors;
  const lines: Metrics[] = [];
  await train(
    model,
    split,
    { ...settings, epochs: 8, augment: "none" },
    { test: split, onMetrics: (m) => lines.push(m) },
  );
  expect(tf.memory().numTensors).toBe(before);
  expect(await accuracy(model, split)).toBeGreaterThan(0.9);
  expect(lines.filter(({ kind }) => kind === "step").map(({ step }) => step)).toEqual(
    [...Array(32).keys()].map((i) => i + 1),
  );
  expect(lines.filter(({ kind }) => kind === "epoch").map(({ step }) => step)).toEqual([4, 8, 12, 16, 20, 24, 28, 32]);
});

test.each([1, 4, 6, 11])("stopped after step %i and resumed, it ends with the same weights and metrics", async (at) => {
  const { weights, lines } = await straight(makeModel, settings);
  const resumed = await stoppedAndResumed(at, makeModel, settings);
  expect(resumed.lines).toEqual(lines);
  expect(resumed.weights).toEqual(weights);
});

test("a seed changes the order, the same seed does not", async () => {
  const run = async (seed: number): Promise<Record<string, number[]>> => {
    const model = makeModel();
    await train(model, split, { ...settings, epochs: 1, seed });
    return bits(model);
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
});

test("says what to do when settings or checkpoints do not fit", async () => {
  const model = makeModel();
  const before = tf.memory().numTensors;
  await expect(train(model, split, { epochs: 0 })).rejects.toThrow(/epochs is 0/);
  await expect(train(model, split, { epochs: 1, gamma: 0.2 })).rejects.toThrow(/no k-WTA layer/);
  expect(() => checkTraining(model, split, { epochs: 1, batchSize: 0.5 })).toThrow(/0.5/);
  expect(() => checkTraining(model, split, { epochs: 1, augment: "twist" as never })).toThrow(/"twist".*crop-flip/);
  await expect(train(model, split, { epochs: 4, learningRate: 1e30 })).rejects.toThrow(/lower learning rate/);
  const resume: Checkpoint = { step: 1, weights: new Map(), optimizer: new Map() };
  await expect(train(model, split, settings, { resume })).rejects.toThrow(/does not fit the model.*conv/);
  const { weights } = await checkpointOf(1);
  const halved = { step: 1, weights, optimizer: new Map() };
  await expect(train(model, split, settings, { resume: halved })).rejects.toThrow(/optimizer.*conv.*missing/);
  await expect(decodeCheckpoint(new Uint8Array(4), "x.safetensors")).rejects.toThrow(/x.safetensors is not a usable/);
  expect(tf.memory().numTensors).toBe(before);
});

test.each(["onMetrics", "onCheckpoint", "objective"] as const)(
  "a fault in %s ends it and leaks nothing",
  async (where) => {
    const model = makeModel();
    const before = tf.memory().numTensors;
    const fail = (): never => {
      throw new Error("No space left on device.");
    };
    const method = { ...standard(), ...(where === "objective" && { objective: fail }) };
    await expect(train(model, split, { ...settings, method }, { [where]: fail })).rejects.toThrow(/No space left/);
    expect(tf.memory().numTensors).toBe(before);
  },
);

async function checkpointOf(epochs: number): Promise<Checkpoint> {
  let last: Checkpoint | undefined;
  const model = makeModel();
  const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => void (last = checkpoint);
  await train(model, split, { ...settings, epochs }, { onCheckpoint });
  model.dispose();
  return last!;
}
