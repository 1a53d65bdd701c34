import { keyedRandom } from "@kwta/core";
import type { Batch } from "@kwta/datasets";
import { useDraws } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Extras } from "./extras.ts";
import { clipByNorm, gradientsOf, type Differentiated } from "./gradients.ts";
import type { TrainingBatch, TrainingMethod } from "./methods/method.ts";
import type { StepMetrics } from "./metrics.ts";
import type { RunningOptimizer } from "./optimizers/optimizer.ts";
import { withTargets, type TargetedBatch } from "./targets.ts";
import type { NamedVariable } from "./weights.ts";

/** What all steps of a part of a training share. */
export interface Trainee {
  readonly model: LayersModel;
  readonly method: TrainingMethod;
  readonly trainable: readonly NamedVariable[];
  readonly optimizer: RunningOptimizer;
  readonly extras: Extras;
  readonly carried: Readonly<Record<string, tf.Variable>>;
  readonly signal: AbortSignal | undefined;
}

/** What differs from step to step. */
interface StepSettings extends Pick<TrainingBatch, "step" | "epoch" | "seed"> {
  readonly learningRate: number;
  /** Steps of this optimizer, this one included. */
  readonly count: number;
  /** Whether weights are perturbed yet. */
  readonly awp: boolean;
}

/** What a step measured; a loss that is no number means that the weights are none either. */
type Measured = Pick<StepMetrics, "loss" | "accuracy" | "robustAccuracy">;

/** Crafts, differentiates and moves the weights. An attack that was stopped leaves them as they were. */
export async function makeStep(trainee: Trainee, batch: Batch, settings: StepSettings): Promise<Measured> {
  const { model, extras, optimizer, method, carried } = trainee;
  const numClasses = model.outputs[0]!.shape.at(-1)!;
  const whole = withTargets(batch, { numClasses, seed: settings.seed, step: settings.step, extras });
  const done: Differentiated[] = [];
  try {
    for (const part of cut(whole, extras.accumulate)) done.push(await differentiate(trainee, part, settings));
    const shares = done.map(({ size }) => size / batch.ids.length);
    tf.tidy(() => {
      const gradients = average(
        done.map(({ gradients: own }) => own),
        shares,
      );
      optimizer.step(extras.clip > 0 ? clipByNorm(gradients, extras.clip) : gradients, settings);
      const next = method.carryOn?.(carried, done[0]!.carried) ?? {};
      for (const [name, value] of Object.entries(next)) carried[name]!.assign(value);
    });
    return await measure(done, shares);
  } finally {
    for (const { gradients, carried: own, results } of done)
      tf.dispose([gradients, own, results] as tf.TensorContainer);
  }
}

/** Attacks a batch, or a part of one, and differentiates its loss. */
async function differentiate(trainee: Trainee, part: TargetedBatch, settings: StepSettings): Promise<Differentiated> {
  const { model, method, carried, signal } = trainee;
  const { step, epoch, seed } = settings;
  const x = tf.tensor4d(part.x, part.shape);
  const labels = tf.tensor1d(part.labels, "int32");
  const targets = tf.tensor2d(part.targets, [part.labels.length, part.targets.length / part.labels.length]);
  const batch: TrainingBatch = { x, labels, targets, ids: part.ids, step, epoch, seed, carried };
  let attacked = x;
  try {
    attacked = (await method.craft?.(model, batch, signal)) ?? x;
    const draw = keyedRandom(seed, "random layers", step).at(0) * 2 ** 24;
    const undo = useDraws(model, part.ids, new Uint32Array(part.ids.length).fill(draw));
    try {
      return gradientsOf(trainee, batch, attacked, settings.awp ? trainee.extras.awp : 0);
    } finally {
      undo();
    }
  } finally {
    tf.dispose([x, labels, targets, attacked]);
  }
}

function cut({ x, shape, labels, ids, targets }: TargetedBatch, parts: number): TargetedBatch[] {
  const [n, ...image] = shape;
  const size = Math.ceil(n / parts);
  const some = <T extends Float32Array | Int32Array>(values: T, from: number): T =>
    values.subarray((from * values.length) / n, (Math.min(n, from + size) * values.length) / n) as T;
  return Array.from({ length: Math.ceil(n / size) }, (_, i) => i * size).map((from) => ({
    x: some(x, from),
    shape: [Math.min(n, from + size) - from, ...image] as TargetedBatch["shape"],
    labels: some(labels, from),
    ids: some(ids, from),
    targets: some(targets, from),
  }));
}

function average(parts: readonly (readonly tf.Tensor[])[], shares: readonly number[]): readonly tf.Tensor[] {
  if (parts.length === 1) return parts[0]!;
  return parts[0]!.map((_, i) => tf.addN(parts.map((part, p) => tf.mul(part[i]!, shares[p]!))));
}

async function measure(done: readonly Differentiated[], shares: readonly number[]): Promise<Measured> {
  // All at once: one wait for the device.
  const parts = await Promise.all(
    done.map(({ results }) => Promise.all(Object.values(results).map(async (tensor) => (await tensor.data())[0]!))),
  );
  const measured: { -readonly [K in keyof Measured]?: number } = {};
  for (const [part, { results, size }] of done.entries()) {
    for (const [i, name] of (Object.keys(results) as (keyof Measured)[]).entries()) {
      const value = parts[part]![i]!;
      // Hits are counted, so that those of a whole batch are a whole number.
      const mean = name === "loss" ? value : value / size;
      measured[name] = done.length === 1 ? mean : (measured[name] ?? 0) + mean * shares[part]!;
    }
  }
  return measured as Measured;
}
