import type { Sequential } from "@tensorflow/tfjs-layers";
import {
  adam,
  adamw,
  adversarial,
  alp,
  fast,
  free,
  incremental,
  mart,
  sgd,
  trades,
  type TrainingSettings,
} from "../src/index.ts";
import { makeModel } from "./tiny-problem.ts";

/** A training of the tiny problem. */
interface Case {
  readonly make: () => Sequential;
  readonly settings: Omit<TrainingSettings, "epochs">;
}

const SHARED = { batchSize: 20, learningRate: 0.05, seed: 5 } as const;

function of(activation: string | undefined, change: Partial<TrainingSettings>): Case {
  return { make: () => makeModel(activation), settings: { ...SHARED, ...change } };
}

const once = { eps: 0.1, steps: 1 } as const;

/** Everything that keeps something from step to step: methods, optimizers, what is added to them, and activations. */
export const CASES: Readonly<Record<string, Case>> = {
  "adversarial training with perturbed and averaged weights": of("kwta:0.2", {
    method: adversarial(once),
    awp: 0.01,
    awpWarmup: 1,
    ema: 0.9,
  }),
  "TRADES with Adam in parts, clipped": of("kwta:0.2", {
    method: trades(once),
    optimizer: adam(),
    accumulate: 3,
    clip: 1,
  }),
  "MART with mixup and CutMix": of(undefined, { method: mart(once), mixup: 0.4, cutmix: 1 }),
  "ALP with AdamW and label smoothing": of(undefined, { method: alp(once), optimizer: adamw(), labelSmoothing: 0.1 }),
  "free training with averaged weights": of(undefined, { method: free({ eps: 0.1, replays: 3 }), ema: 0.9 }),
  "fast training with a guard": of(undefined, { method: fast({ eps: 0.01, guard: 1 }), onDivergence: "roll-back" }),
  "incremental training with Nesterov": of("kwta:0.4", {
    method: incremental({ from: 0.4, by: 0.1, every: 1, to: 0.2, learningRate: 0.05 }),
    optimizer: sgd({ nesterov: true, weightDecay: 5e-4 }),
  }),
  "k-WTA whose gamma moves by points": of("kwta:0.4", {
    gamma: [
      [0, 0.4],
      [2, 0.2],
    ],
  }),
  "boosted k-WTA with averaged weights": of("kwta:0.2,boost=1.5,inference=1.5,period=50", { ema: 0.9 }),
  "boosted k-WTA, attacked, with perturbed weights": of("kwta:0.2,boost=1.5", { method: adversarial(once), awp: 0.01 }),
  "k-WTA by statistics": of("kwta-stat:0.2", {}),
  "BatchTopK with averaged weights": of("batch-top-k:0.2", { ema: 0.9, accumulate: 2 }),
  "stochastic LWTA, attacked": of("stochastic-lwta:3", { method: adversarial(once), accumulate: 2 }),
  "MeanSparse, attacked": of("mean-sparse:0.3", { method: trades(once), ema: 0.9 }),
  "statistical top-k": of("statistical-top-k:0.2", {}),
};
