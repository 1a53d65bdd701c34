import "@tensorflow/tfjs-backend-cpu";
import { kwtaLayers } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { incremental, train, type Checkpoint, type TrainingSettings } from "../src/index.ts";
import { bits, makeModel, split, stoppedAndResumed, straight } from "./tiny-problem.ts";

// 4 steps an epoch, then 3: 8 in the first part, 12 in the second. The k-WTA layer keeps 6 of 12 values, then 5, 4.
const settings: TrainingSettings = {
  epochs: 2,
  batchSize: 16,
  learningRate: 0.1,
  augment: "crop",
  seed: 5,
  method: incremental({ from: 0.5, by: 0.08, every: 2, to: 0.34, batchSize: 20, learningRate: 0.05 }),
};
const make = () => makeModel(0.5);

beforeAll(() => tf.setBackend("cpu"));

test("gamma falls with the epochs, and the weights of each are kept", async () => {
  const { model, lines, gammas, weights } = await straight(make, settings);
  const epochs = lines.filter((line) => line.kind === "epoch");
  expect(epochs.map(({ step, epoch, gamma }) => [step, epoch, gamma])).toEqual([
    [4, 1, 0.5],
    [8, 2, 0.5],
    [11, 3, 0.42],
    [14, 4, 0.42],
    [17, 5, 0.34],
    [20, 6, 0.34],
  ]);
  expect(lines.filter((line) => line.kind === "step").map(({ gamma }) => gamma)).toEqual(
    [
      [8, 0.5],
      [6, 0.42],
      [6, 0.34],
    ].flatMap(([n, gamma]) => Array<number>(n!).fill(gamma!)),
  );
  expect([...gammas.keys()]).toEqual([0.5, 0.42, 0.34]);
  expect(gammas.get(0.34)).toEqual(weights["conv/kernel"]);
  expect(gammas.get(0.42)).not.toEqual(gammas.get(0.5));
  expect(kwtaLayers(model).map(({ gamma }) => gamma)).toEqual([0.34]);
});

// In the first part, at its end, right after it, at a cut, between two cuts, before the last step.
test.each([3, 8, 9, 14, 15, 19])("stopped after step %i and resumed, it is the same training", async (at) => {
  const { weights, lines, gammas } = await straight(make, settings);
  const resumed = await stoppedAndResumed(at, make, settings);
  expect(resumed.lines).toEqual(lines);
  expect(resumed.weights).toEqual(weights);
  expect(resumed.gammas).toEqual(gammas);
});

test("the second part begins with a new optimizer", async () => {
  const { weights } = await straight(make, settings);
  let atCut: Checkpoint | undefined;
  const onCheckpoint = async (checkpoint: Checkpoint): Promise<void> => {
    if (checkpoint.step === 8) atCut = checkpoint;
  };
  await train(make(), split, settings, { onCheckpoint });
  const poisoned = new Map(
    [...atCut!.optimizer].map(([name, { shape, data }]) => [name, { shape, data: data.map(() => 1e6) }]),
  );
  const model = make();
  await train(model, split, settings, { resume: { ...atCut!, optimizer: poisoned } });
  expect(await bits(model)).toEqual(weights);
});

test("a complete training that is resumed has its last gamma, and one that cannot run is refused at once", async () => {
  let last: Checkpoint | undefined;
  await train(make(), split, settings, { onCheckpoint: async (checkpoint) => void (last = checkpoint) });
  const model = make();
  await train(model, split, settings, { resume: last });
  expect(kwtaLayers(model)[0]!.gamma).toBe(0.34);

  const refused = make();
  const lines: unknown[] = [];
  const tooLow = { epochs: 1, method: incremental({ by: 0.1, to: 0.05 }) };
  await expect(train(refused, split, tooLow, { onMetrics: (line) => lines.push(line) })).rejects.toThrow(/0 winners/);
  expect(lines).toEqual([]);
  expect(kwtaLayers(refused)[0]!.gamma).toBe(0.5);
});

test("when the weights of a gamma cannot be kept, it stops, and resumed it keeps them", async () => {
  const { weights, gammas } = await straight(make, settings);
  let saved: Checkpoint | undefined;
  const model = make();
  const before = tf.memory().numTensors;
  const failing = train(model, split, settings, {
    onCheckpoint: async (checkpoint) => void (saved = checkpoint),
    onGamma: async (gamma) => {
      if (gamma === 0.42) throw new Error("No space left on device.");
    },
  });
  await expect(failing).rejects.toThrow(/No space left/);
  expect(tf.memory().numTensors).toBe(before);
  const resumed = await straight(make, settings, { resume: saved });
  expect(resumed.weights).toEqual(weights);
  expect([...resumed.gammas]).toEqual([...gammas].slice(1));
});

test("it begins at the model's own gamma, and a model without one is refused", async () => {
  const short = { ...settings, epochs: 1 };
  const own = await straight(make, { ...short, method: incremental({ by: 0.08, every: 1, to: 0.42 }) });
  const named = await straight(make, { ...short, method: incremental({ from: 0.5, by: 0.08, every: 1, to: 0.42 }) });
  expect(own.weights).toEqual(named.weights);
  await expect(train(makeModel(), split, { epochs: 1, method: incremental })).rejects.toThrow(/has no single one/);
});
