import { AbortedError, fromBase64, type NamedTensor } from "@kwta/core";
import type { Split } from "@kwta/datasets";
import { KWTA } from "@kwta/op";
import { layers, sequential, type Sequential } from "@tensorflow/tfjs-layers";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { useWay } from "../../../test/use-way.ts";
import {
  adversarial,
  alp,
  fast,
  free,
  mart,
  setWeights,
  sgd,
  standard,
  trades,
  train,
  type Checkpoint,
  type TrainingSettings,
} from "../src/index.ts";
import { WAYS } from "./ways.ts";

/** What plain PyTorch does, see `golden/parity.py`. */
interface Golden {
  readonly steps: Record<string, { losses: number[]; states: string[]; perturbations?: number[][] }>;
  readonly runs: Record<string, { losses: number[] }>;
}

const golden = JSON.parse(await readFile(new URL("golden/parity.json", import.meta.url), "utf8")) as Golden;

const [SIZE, SIDE, CLASSES, FILTERS, EPS] = [64, 5, 3, 3, 0.1];
const INNER = (SIDE - 2) ** 2 * FILTERS;

const split: Split = (() => {
  const pixel = (sample: number, place: number): number => {
    const label = sample % CLASSES;
    return ((sample * 37 + place * place * 11 + place * label * 29) % 160) + (place % CLASSES === label ? 90 : 0);
  };
  const images = Uint8Array.from({ length: SIZE * SIDE * SIDE }, (_, i) =>
    pixel(Math.floor(i / (SIDE * SIDE)), i % (SIDE * SIDE)),
  );
  const ids = Int32Array.from({ length: SIZE }, (_, i) => i);
  return { shape: [SIDE, SIDE, 1], size: SIZE, images, labels: ids.map((id) => id % CLASSES), ids };
})();

function makeModel(activation: "relu" | "kwta"): Sequential {
  return sequential({
    layers: [
      layers.conv2d({ inputShape: [SIDE, SIDE, 1], filters: FILTERS, kernelSize: 3, useBias: false, name: "conv" }),
      layers.batchNormalization({ name: "norm", momentum: 0.9, epsilon: 1e-5 }),
      activation === "relu" ? layers.reLU({ name: "act" }) : new KWTA({ gamma: 0.3, name: "act" }),
      layers.flatten({ name: "flat" }),
      layers.dense({ units: CLASSES, name: "logits" }),
    ],
  });
}

const TRAINABLE: readonly (readonly [string, number[]])[] = [
  ["conv/kernel", [3, 3, 1, FILTERS]],
  ["norm/gamma", [FILTERS]],
  ["norm/beta", [FILTERS]],
  ["logits/kernel", [INNER, CLASSES]],
  ["logits/bias", [CLASSES]],
];
const LAYOUT = [
  ...TRAINABLE,
  ["norm/moving_mean", [FILTERS]],
  ["norm/moving_variance", [FILTERS]],
  ...TRAINABLE.map(([name, shape]) => [`velocity/${name}`, shape] as const),
] as const;

/** A state as the script stored it: weights and velocities. */
function readState(text: string): { weights: Map<string, NamedTensor>; optimizer: Map<string, NamedTensor> } {
  const numbers = new Float32Array(fromBase64(text).slice().buffer);
  let at = 0;
  const all = LAYOUT.map(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b, 1);
    at += size;
    return [name, { shape, data: numbers.slice(at - size, at) }] as const;
  });
  const isSlot = ([name]: (typeof all)[number]): boolean => name.startsWith("velocity/");
  return { weights: new Map(all.filter((each) => !isSlot(each))), optimizer: new Map(all.filter(isSlot)) };
}

const attack = { eps: EPS, steps: 3, stepSize: 0.04 } as const;
const METHODS: Readonly<Record<string, Partial<TrainingSettings>>> = {
  natural: { method: standard() },
  smoothed: { method: standard(), labelSmoothing: 0.1 },
  adversarial: { method: adversarial(attack) },
  awp: { method: adversarial(attack), awp: 0.02 },
  trades: { method: trades(attack) },
  mart: { method: mart(attack) },
  alp: { method: alp(attack) },
  fast: { method: fast({ eps: EPS, guard: 0 }) },
  free: { method: free({ eps: EPS, replays: 4 }) },
};

function settingsOf(name: string): TrainingSettings {
  const optimizer = sgd({ weightDecay: 5e-4 });
  const shared = { batchSize: 16, learningRate: 0.05, optimizer, seed: 5 } as const;
  return { epochs: name === "free" ? 2 : 5, ...shared, ...METHODS[name] };
}

/** One step from the state that PyTorch had. */
async function stepFrom(name: string, step: number): Promise<{ loss: number; after: Checkpoint }> {
  const { states, perturbations } = golden.steps[name]!;
  const model = makeModel("relu");
  const carried = perturbations && new Map([["perturbation", perturbationOf(perturbations[step]!)]]);
  const resume: Checkpoint = { step, ...readState(states[step]!), ...(carried && { carried }) };
  const stop = new AbortController();
  let loss = Number.NaN;
  let after: Checkpoint | undefined;
  const once = train(model, split, settingsOf(name), {
    resume,
    signal: stop.signal,
    onMetrics(line) {
      if (line.kind !== "step") return;
      loss = line.loss;
      stop.abort();
    },
    onCheckpoint: async (checkpoint) => void (after ??= checkpoint),
  });
  await once.catch((error: unknown) => {
    if (!(error instanceof AbortedError)) throw error;
  });
  model.dispose();
  return { loss, after: after! };
}

function perturbationOf(signs: number[]): NamedTensor {
  return { shape: [16, SIDE, SIDE, 1], data: Float32Array.from(signs, (sign) => sign * EPS) };
}

/** How far two changes of a tensor differ, relative to the change. */
function updateError(before: Float32Array, found: Float32Array, wanted: Float32Array): number {
  const norm = (of: (i: number) => number): number => Math.hypot(...before.map((_, i) => of(i)));
  const change = norm((i) => wanted[i]! - before[i]!);
  return norm((i) => found[i]! - wanted[i]!) / Math.max(change, 1e-6);
}

describe.each(WAYS)("%s", (_way, each) => {
  useWay(each);

  test.each(Object.keys(golden.steps))("%s: each step is PyTorch's, from its weights", async (name) => {
    const { losses, states, perturbations } = golden.steps[name]!;
    for (const [step, expected] of losses.entries()) {
      const { loss, after } = await stepFrom(name, step);
      expect(loss).toBeAllclose(expected, { atol: 1e-6, rtol: 1e-6 });
      const [before, wanted] = [readState(states[step]!), readState(states[step + 1]!)];
      for (const [tensor, { data }] of wanted.weights) {
        const error = updateError(before.weights.get(tensor)!.data, after.weights.get(tensor)!.data, data);
        expect({ step, tensor, close: error < 2e-4, error }).toMatchObject({ close: true });
      }
      for (const [tensor, { data }] of wanted.optimizer) {
        expect(after.optimizer.get(tensor)!.data).toBeAllclose(data, { atol: 2e-6 });
      }
      if (perturbations) {
        const signs = Array.from(after.carried!.get("perturbation")!.data, (value) => Math.round(value / EPS) + 0);
        expect(signs).toEqual(perturbations[step + 1]);
      }
    }
  });

  test.each(Object.keys(golden.runs))("%s: 16 steps of a k-WTA net are PyTorch's", async (name) => {
    const { losses } = golden.runs[name]!;
    const model = makeModel("kwta");
    const [first] = golden.steps["natural"]!.states;
    setWeights(model, readState(first!).weights, "The script");
    const found: number[] = [];
    const stop = new AbortController();
    const run = train(model, split, settingsOf(name), {
      signal: stop.signal,
      onMetrics(line) {
        if (line.kind === "step") found.push(line.loss);
        if (found.length === losses.length) stop.abort();
      },
    });
    await run.catch((error: unknown) => {
      if (!(error instanceof AbortedError)) throw error;
    });
    expect(found).toBeAllclose(losses, { atol: 1e-5 });
    model.dispose();
  });
});
