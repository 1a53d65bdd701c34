import { adaptive, gradientEstimate, asClassifier, pgd, runAttack, type Attack } from "@kwta/attacks";
import { keyedRandom } from "@kwta/core";
import type { Split } from "@kwta/datasets";
import { createModel } from "@kwta/models";
import { adversarial, getWeights, train, type TrainingSettings } from "@kwta/training";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { describe, expect, test } from "vitest";
import { ALL_ON_GPU, noGpu, useSoftwareGpu } from "../../../packages/backend-webgpu/test/software-gpu.ts";
import { start } from "../src/start.node.ts";

const missing = ALL_ON_GPU ? noGpu : "takes a minute on a GPU in software; set KWTA_WEBGPU_TESTS=all";

const SIZE = 8;
const SHAPE = [16, 16, 3] as const;
const LENGTH = 16 * 16 * 3;
const noise = keyedRandom(1, "webgpu test").uniform(new Float32Array(SIZE * LENGTH));
const split: Split = {
  shape: SHAPE,
  size: SIZE,
  images: Uint8Array.from(noise, (value) => 255 * value),
  labels: Int32Array.from({ length: SIZE }, (_, i) => i),
  ids: Int32Array.from({ length: SIZE }, (_, i) => i),
};
const settings: TrainingSettings = { epochs: 1, batchSize: 4, learningRate: 0.02, seed: 5 };

type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** Does something on each of two backends, and checks that both leave nothing behind. */
async function onBoth(work: () => Promise<Numbers>): Promise<{ wasm: Numbers; webgpu: Numbers }> {
  const on = async (backend: string): Promise<Numbers> => {
    await start({ backend });
    const { numTensors } = tf.memory();
    const numbers = await work();
    expect(tf.memory().numTensors).toBe(numTensors);
    return numbers;
  };
  useSoftwareGpu();
  return { wasm: await on("wasm:threads=1,winograd=false"), webgpu: await on("webgpu") };
}

/** The largest difference of each, as a fraction of the largest expected number. */
function worst(actual: Numbers, expected: Numbers): number {
  const errors = Object.entries(expected).map(([name, values]) => {
    const numbers = Array.from(values);
    const scale = Math.max(1, ...numbers.map(Math.abs));
    return Math.max(...numbers.map((value, i) => Math.abs(value - actual[name]![i]!))) / scale;
  });
  return Math.max(...errors);
}

const newModel = (id: string): LayersModel => createModel(id, { inputShape: SHAPE, numClasses: 10, seed: 1 });

/** Counts how often the CPU waits for the GPU while something is done: reads at the same time are one wait. */
async function countWaits(work: () => Promise<unknown>): Promise<number> {
  const backend = tf.backend();
  const { read } = backend;
  let waits = 0;
  let reading = 0;
  backend.read = async (dataId) => {
    if (reading++ === 0) waits++;
    try {
      return await read.call(backend, dataId);
    } finally {
      reading--;
    }
  };
  await work();
  backend.read = read;
  return waits;
}

describe.skipIf(missing !== undefined)(`on webgpu${missing ? ` (skipped: ${missing})` : ""}`, () => {
  test.each(["small-cnn@kwta:0.1", "resnet18-w4@kwta:0.1", "densenet121-w2@kwta:0.2", "wideresnet10-1@kwta:0.1"])(
    "%s trains to the weights that wasm gives",
    async (id) => {
      const { wasm, webgpu } = await onBoth(async () => {
        const model = newModel(id);
        const losses: number[] = [];
        await train(model, split, settings, {
          test: split,
          onMetrics: (line) => void (line.kind === "step" && losses.push(line.loss)),
        });
        const weights = [...(await getWeights(model))].map(([name, { data }]) => [name, data] as const);
        model.dispose();
        return { losses, ...Object.fromEntries(weights) };
      });
      // Both add up in 32 bits, in other orders.
      expect(worst(webgpu, wasm)).toBeLessThan(1e-4);
    },
    600_000,
  );

  test("gradients for attacks, exact and of the gate, are those of wasm", async () => {
    const { wasm, webgpu } = await onBoth(async () => {
      const model = newModel("small-cnn@kwta:0.1");
      const classifier = asClassifier(model);
      const x = tf.tensor4d(noise.subarray(0, 4 * LENGTH), [4, ...SHAPE]);
      const ids = split.ids.subarray(0, 4);
      const numbers: Record<string, ArrayLike<number>> = {};
      for (const backward of ["exact", "gate:0.2", "straight-through", "relu"]) {
        const result = classifier.lossAndGradient(x, ids, (logits) => tf.max(logits, 1) as tf.Tensor1D, { backward });
        numbers[backward] = await result.gradient.data();
        tf.dispose([result.loss, result.logits, result.gradient]);
      }
      x.dispose();
      model.dispose();
      return numbers;
    });
    expect(worst(webgpu, wasm)).toBeLessThan(1e-5);
  }, 120_000);

  test("attacks run without a look at the GPU but for what ends a step", async () => {
    useSoftwareGpu();
    await start({ backend: "webgpu" });
    const model = newModel("small-cnn-w4@kwta:0.1");
    const x = tf.tensor4d(noise.subarray(0, 2 * LENGTH), [2, ...SHAPE]);
    const run = (attack: Attack) => (): Promise<void> =>
      runAttack(
        attack,
        asClassifier(model),
        { x, labels: Int32Array.of(0, 1) },
        { threat: { norm: "linf", eps: 0.05 }, seed: 0, stopEarly: false },
      ).then(({ adversarial: points }) => points.dispose());
    const { numTensors } = tf.memory();
    const gate = (steps: number): Attack => adaptive(pgd({ steps }), { backward: ["gate:0.1"] });
    for (const attackOf of [(steps: number) => pgd({ steps }), gate]) {
      const short = await countWaits(run(attackOf(1)));
      const long = await countWaits(run(attackOf(3)));
      expect((long - short) / 2).toBeLessThanOrEqual(1);
    }
    const few = await countWaits(run(gradientEstimate({ ladder: [[1, 4]] })));
    const many = await countWaits(run(gradientEstimate({ ladder: [[2, 4]] })));
    // One after each chunk of queries, one after the step.
    expect(many - few).toBeLessThanOrEqual(2);
    expect(tf.memory().numTensors).toBe(numTensors);
    const method = adversarial({ eps: 0.1, steps: 2, stepSize: 0.04 });
    const losses: number[] = [];
    const waits = await countWaits(() =>
      train(
        model,
        split,
        { ...settings, method },
        {
          onMetrics: (line) => void (line.kind === "step" && losses.push(line.loss)),
        },
      ),
    );
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses).toHaveLength(2);
    // The loss of each step.
    expect(waits).toBeLessThanOrEqual(2 * losses.length);
    x.dispose();
    model.dispose();
  }, 600_000);
});
