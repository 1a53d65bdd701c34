import "@tensorflow/tfjs-backend-cpu";
import { adaptive, asClassifier, eot, pgd, predict, runAttack, threatModel } from "@kwta/attacks";
import { toTensors } from "@kwta/datasets";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { train } from "../src/index.ts";
import { makeModel, split } from "./tiny-problem.ts";

beforeAll(() => tf.setBackend("cpu"));

const threat = threatModel({ norm: "linf", eps: 0.2 });

test.each([
  ["kwta:0.2", {}],
  ["kwta:0.2,boost=1.5,inference=1.5", {}],
  ["kwta-stat:0.2", {}],
  ["batch-top-k:0.2", {}],
  ["lwta:3", {}],
  ["stochastic-lwta:3", { random: true }],
  ["mean-sparse:0.3", {}],
  ["statistical-top-k:0.2", { choosable: false }],
] as const)("a trained net with %s is attacked through its gate", async (activation, kind) => {
  const { random = false, choosable = true } = kind as { random?: boolean; choosable?: boolean };
  const model = makeModel(activation);
  await train(model, split, { epochs: 6, batchSize: 20, learningRate: 0.1, seed: 5 });
  const classifier = asClassifier(model);
  expect([classifier.random, classifier.choosableBackward]).toEqual([random, choosable]);
  const samples = toTensors(split, { start: 0, end: 24 });
  const before = tf.memory().numTensors;
  const { correct } = await predict(classifier, samples);
  const right = correct.reduce((sum, each) => sum + each, 0);
  expect(right).toBeGreaterThan(14);

  const inner = random ? eot(pgd({ steps: 10 }), { draws: 4 }) : pgd({ steps: 10 });
  const attack = choosable ? adaptive(inner, { backward: ["gate:0.2", "relu"] }) : inner;
  const run = async (): Promise<{ broken: number[]; left: number }> => {
    const result = await runAttack(attack, classifier, samples, { threat, seed: 3 });
    const broken = [...result.success];
    // Verified with the net as it is: the gate is for gradients alone.
    const at = await predict(classifier, { ...samples, x: result.adversarial });
    for (const [i, success] of broken.entries()) if (success === 1) expect(at.correct[i]).toBe(0);
    result.dispose();
    return { broken, left: right - broken.filter((each, i) => each === 1 && correct[i] === 1).length };
  };
  const first = await run();
  expect(first.left).toBeLessThan(right / 2);
  expect((await run()).broken).toEqual(first.broken);
  expect(tf.memory().numTensors).toBe(before);

  if (choosable) {
    const gradient = (backward: string): number[] => {
      const ofFirst = (logits: tf.Tensor2D): tf.Tensor1D => tf.sum(tf.mul(logits, tf.tensor1d([1, -1])), 1);
      const found = classifier.lossAndGradient(samples.x, samples.ids!, ofFirst, { backward });
      const values = [...found.gradient.dataSync()];
      tf.dispose([found.loss, found.logits, found.gradient]);
      return values;
    };
    expect(gradient("gate:0.2")).not.toEqual(gradient("exact"));
    expect(gradient("gate:0.2").every(Number.isFinite)).toBe(true);
  }
  samples.x.dispose();
  model.dispose();
});
