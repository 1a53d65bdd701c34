import { breathe, InputError, show, type LongWork } from "@kwta/core";
import { batches, type Augmentation, type Batch, type Split } from "@kwta/datasets";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { accuracy } from "./accuracy.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { natural, type TrainingBatch, type TrainingMethod } from "./method.ts";
import { momentumSgd, type MomentumSgd } from "./momentum-sgd.ts";
import { checkLearningRate, learningRateAt, type LearningRate } from "./schedule.ts";
import { namedVariables, readWeights, writeWeights, type NamedVariable } from "./weights.ts";

/** The settings of a training: everything that its result depends on but the model, the data and the engine. */
export interface TrainingSettings {
  readonly epochs: number;
  /** @defaultValue 64 */
  readonly batchSize?: number;
  /** @defaultValue one cycle to 0.1 */
  readonly learningRate?: LearningRate;
  /** @defaultValue 0.9 */
  readonly momentum?: number;
  /** @defaultValue 0 */
  readonly weightDecay?: number;
  /** @defaultValue "none" */
  readonly augment?: Augmentation;
  /** @defaultValue 0 */
  readonly seed?: number;
}

/** One step of a training, as `metrics.jsonl` keeps it. */
export interface StepMetrics {
  readonly kind: "step";
  /** Steps made, this one included. */
  readonly step: number;
  /** Epochs begun, counted from 1. */
  readonly epoch: number;
  /** Mean over the batch. */
  readonly loss: number;
  /** Share of the batch that was classified correctly, before the step. */
  readonly accuracy: number;
  readonly learningRate: number;
}

/** The end of an epoch. */
export interface EpochMetrics {
  readonly kind: "epoch";
  readonly step: number;
  readonly epoch: number;
  /** Accuracy on the test split, or the first `testSize` of it. */
  readonly testAccuracy: number;
}

/** @see {@link train} */
export interface TrainOptions extends LongWork {
  /** @defaultValue natural */
  readonly method?: TrainingMethod;
  /** Continue from here. */
  readonly resume?: Checkpoint | undefined;
  /** Measured after each epoch. */
  readonly test?: Split;
  readonly onMetrics?: (metrics: StepMetrics | EpochMetrics) => void;
  /** Called at the end of each epoch, and before the training gives way to an aborted signal. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
  /** Named in progress events. @defaultValue "train" */
  readonly task?: string;
}

/**
 * Trains a model in place. The order of the samples, their augmentation and so every number depend on the settings
 * alone: a training that was stopped and resumed ends with the same weights, bit for bit on the same engine.
 *
 * @throws InputError for settings that cannot be used, or when the loss stops being a number
 * @throws AbortedError when the signal stopped it; the last checkpoint given is then that of the last step made
 */
export async function train(
  model: LayersModel,
  data: Split,
  settings: TrainingSettings,
  options: TrainOptions = {},
): Promise<void> {
  const plan = makePlan(data, settings);
  const trainable = namedVariables(model, "trainable");
  const optimizer = momentumSgd(trainable, settings);
  try {
    let step = restore(model, optimizer, options.resume, plan);
    const checkpoint = async (): Promise<Checkpoint> => ({
      step,
      weights: await readWeights(model),
      velocities: await optimizer.state(),
    });
    for (;;) {
      const epoch = Math.floor(step / plan.stepsPerEpoch);
      // Also right after resuming at an epoch's end: it may have been stopped before the line was written.
      if (step > 0 && step % plan.stepsPerEpoch === 0) await reportEpoch(model, step, epoch, options);
      if (step === plan.totalSteps) return;
      for (const batch of batches(data, { ...plan.batches, epoch, from: step % plan.stepsPerEpoch })) {
        await pause(options, checkpoint);
        const metrics = await makeStep(model, trainable, optimizer, batch, step, plan, options.method ?? natural);
        step += 1;
        report({ ...metrics, kind: "step", step, epoch: epoch + 1 }, plan, options);
      }
      await options.onCheckpoint?.(await checkpoint());
    }
  } finally {
    optimizer.dispose();
  }
}

interface Plan {
  readonly batches: { readonly batchSize: number; readonly seed: number; readonly augment: Augmentation };
  readonly learningRate: LearningRate;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

function makePlan(data: Split, settings: TrainingSettings): Plan {
  const { epochs, batchSize = 64, augment = "none", seed = 0 } = settings;
  const { learningRate = { shape: "one-cycle", peak: 0.1, warmup: 0.25 } } = settings;
  for (const [name, value] of Object.entries({ epochs, batchSize })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new InputError(`${name} is ${show(value)}; it must be a whole number of at least 1.`);
    }
  }
  checkLearningRate(learningRate);
  const stepsPerEpoch = Math.ceil(data.size / batchSize);
  return { batches: { batchSize, seed, augment }, learningRate, stepsPerEpoch, totalSteps: epochs * stepsPerEpoch };
}

function restore(model: LayersModel, optimizer: MomentumSgd, from: Checkpoint | undefined, plan: Plan): number {
  if (from === undefined) return 0;
  if (from.step > plan.totalSteps) {
    throw new InputError(
      `The checkpoint was made after ${from.step} steps, but these settings make only ${plan.totalSteps}. ` +
        "Resume with the settings of the run, or start a new one.",
    );
  }
  writeWeights(model, from.weights, "The checkpoint");
  optimizer.restore(from.velocities);
  return from.step;
}

async function pause(options: TrainOptions, checkpoint: () => Promise<Checkpoint>): Promise<void> {
  try {
    await breathe(options.signal);
  } catch (error) {
    await options.onCheckpoint?.(await checkpoint());
    throw error;
  }
}

async function makeStep(
  model: LayersModel,
  trainable: readonly NamedVariable[],
  optimizer: MomentumSgd,
  batch: Batch,
  step: number,
  plan: Plan,
  method: TrainingMethod,
): Promise<{ loss: number; accuracy: number; learningRate: number }> {
  const learningRate = learningRateAt(plan.learningRate, { step, ...plan });
  const variables = trainable.map(({ variable }) => variable);
  const results = tf.tidy(() => {
    const given = toTrainingBatch(batch, step, plan.batches.seed);
    let hits: tf.Tensor | undefined;
    const { value, grads } = tf.variableGrads(() => {
      const { loss, logits } = method.objective(model, given);
      hits = tf.keep(tf.sum(tf.equal(tf.argMax(logits, 1), given.labels)));
      return loss;
    }, variables);
    optimizer.step(
      variables.map((variable) => grads[variable.name]!),
      learningRate,
    );
    return [value, hits!];
  });
  const [[loss], [hits]] = (await Promise.all(results.map((result) => result.data()))) as [Float32Array, Int32Array];
  tf.dispose(results);
  if (!Number.isFinite(loss)) {
    throw new InputError(
      `The loss became ${loss} at step ${step + 1}. Train with a lower learning rate than ${learningRate.toPrecision(3)}.`,
    );
  }
  return { loss: loss!, accuracy: hits! / batch.labels.length, learningRate };
}

function toTrainingBatch({ shape, x, labels, ids }: Batch, step: number, seed: number): TrainingBatch {
  return { x: tf.tensor4d(x, shape), labels: tf.tensor1d(labels, "int32"), ids, step, seed };
}

async function reportEpoch(model: LayersModel, step: number, epoch: number, options: TrainOptions): Promise<void> {
  if (options.test === undefined) return;
  const testAccuracy = await accuracy(model, options.test, { signal: options.signal });
  options.onMetrics?.({ kind: "epoch", step, epoch, testAccuracy });
}

function report(metrics: StepMetrics, plan: Plan, { onMetrics, onProgress, task = "train" }: TrainOptions): void {
  onMetrics?.(metrics);
  const { loss, accuracy: share } = metrics;
  onProgress?.({ task, done: metrics.step, total: plan.totalSteps, unit: "step", figures: { loss, accuracy: share } });
}
