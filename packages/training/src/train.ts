import { AbortedError, breathe, InputError, type LongWork, type NamedTensor } from "@kwta/core";
import { batches, type Batch, type Split } from "@kwta/datasets";
import { setGamma } from "@kwta/op";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { makeStep } from "./make-step.ts";
import { makePhases, type Phase } from "./phases.ts";
import { accuracy } from "./accuracy.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { gammaAt } from "./gamma.ts";
import { toMethod, type TrainingMethod } from "./methods/method.ts";
import { standard } from "./methods/standard.ts";
import type { EpochMetrics, StepMetrics } from "./metrics.ts";
import { momentumSgd, type MomentumSgd } from "./momentum-sgd.ts";
import { learningRateAt } from "./schedule.ts";
import type { TrainingSettings } from "./settings.ts";
import { getWeights, namedVariables, setWeights, type NamedVariable } from "./weights.ts";

/** @see {@link train} */
export interface TrainOptions extends LongWork {
  /** Continue from here. */
  readonly resume?: Checkpoint | undefined;
  /** Measured after each epoch. */
  readonly test?: Split;
  readonly onMetrics?: (metrics: StepMetrics | EpochMetrics) => void;
  /** Called at the end of each epoch, and before the training gives way to an aborted signal. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
  /** Receives the weights at the end of the last epoch at each sparsity ratio that the settings say. */
  readonly onGamma?: (gamma: number, weights: ReadonlyMap<string, NamedTensor>) => Promise<void>;
  /** Named in progress events. @defaultValue "train" */
  readonly task?: string;
}

/**
 * Trains a model in place. The order of the samples, their augmentation, the attacks on them and so every number depend
 * on the settings alone: a training that was stopped and resumed ends with the same weights, bit for bit on the same
 * backend.
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
  const phases = makePhases(model, data, settings);
  const method = toMethod(settings.method ?? standard);
  const trainable = namedVariables(model, "trainable");
  const totalSteps = phases.at(-1)!.end;
  let step = restoreWeights(model, options.resume, totalSteps);
  for (const phase of phases) {
    // One that was stopped at its very end may not have reported that.
    if (step > phase.end) continue;
    const optimizer = momentumSgd(trainable, phase.optimizer);
    try {
      await trainPhase({ model, data, method, trainable, optimizer, phase, totalSteps, options }, step);
      step = phase.end;
    } finally {
      optimizer.dispose();
    }
  }
}

function restoreWeights(model: LayersModel, from: Checkpoint | undefined, totalSteps: number): number {
  if (from === undefined) return 0;
  if (from.step > totalSteps) {
    throw new InputError(
      `The checkpoint was made after ${from.step} steps, but these settings make only ${totalSteps}. ` +
        "Resume with the settings of the run, or start a new one.",
    );
  }
  setWeights(model, from.weights, "The checkpoint");
  return from.step;
}

interface PhaseRun {
  readonly model: LayersModel;
  readonly data: Split;
  readonly method: TrainingMethod;
  readonly trainable: readonly NamedVariable[];
  readonly optimizer: MomentumSgd;
  readonly phase: Phase;
  readonly totalSteps: number;
  readonly options: TrainOptions;
}

async function trainPhase(run: PhaseRun, from: number): Promise<void> {
  const { model, data, optimizer, phase, options } = run;
  let step = from;
  // Another phase's velocities are none of this one's business.
  if (options.resume !== undefined && step > phase.start) optimizer.restore(options.resume.velocities);
  const checkpoint = async (): Promise<void> => {
    await options.onCheckpoint?.({ step, weights: await getWeights(model), velocities: await optimizer.state() });
  };
  for (;;) {
    const epoch = Math.floor((step - phase.start) / phase.stepsPerEpoch);
    const done = (step - phase.start) % phase.stepsPerEpoch;
    // Also right after resuming at an epoch's end: it may have been stopped before all of this was written.
    if (step > phase.start && done === 0) await endEpoch(run, step, epoch - 1);
    if (step === phase.end) return;
    if (phase.gamma !== undefined) setGamma(model, gammaAt(phase.gamma, epoch));
    for (const batch of batches(data, { ...phase.batches, epoch: phase.firstEpoch + epoch, from: done })) {
      try {
        await breathe(options.signal);
        const metrics = await stepWith(run, batch, step, epoch);
        step += 1;
        report(metrics, run);
      } catch (error) {
        if (error instanceof AbortedError) await checkpoint();
        throw error;
      }
    }
    await checkpoint();
  }
}

async function stepWith(run: PhaseRun, batch: Batch, step: number, epoch: number): Promise<StepMetrics> {
  const { model, method, trainable, optimizer, phase, options } = run;
  const { signal } = options;
  const { stepsPerEpoch, firstEpoch, start, end, gamma, batches: own } = phase;
  const position = { step: step - start, stepsPerEpoch, totalSteps: end - start };
  const learningRate = learningRateAt(phase.learningRate, position);
  const settings = { step, epoch: firstEpoch + epoch, seed: own.seed, learningRate };
  const measured = await makeStep({ model, method, trainable, optimizer, signal }, batch, settings);
  return {
    kind: "step",
    step: step + 1,
    epoch: firstEpoch + epoch + 1,
    ...measured,
    learningRate,
    ...(gamma !== undefined && { gamma: gammaAt(gamma, epoch) }),
  };
}

function report(metrics: StepMetrics, { options, totalSteps }: PhaseRun): void {
  const { onMetrics, onProgress, task = "train" } = options;
  onMetrics?.(metrics);
  const { step, loss, accuracy: share, robustAccuracy, gamma } = metrics;
  const figures = {
    loss,
    ...(share !== undefined && { accuracy: share }),
    ...(robustAccuracy !== undefined && { "robust accuracy": robustAccuracy }),
    ...(gamma !== undefined && { gamma }),
  };
  onProgress?.({ task, done: step, total: totalSteps, unit: "step", figures });
}

/** @param epoch the one that ended, counted from 0 in its phase */
async function endEpoch({ model, phase, options }: PhaseRun, step: number, epoch: number): Promise<void> {
  const gamma = phase.gamma === undefined ? undefined : gammaAt(phase.gamma, epoch);
  if (gamma !== undefined) setGamma(model, gamma);
  if (options.test !== undefined) {
    const testAccuracy = await accuracy(model, options.test, { signal: options.signal });
    const line: EpochMetrics = { kind: "epoch", step, epoch: phase.firstEpoch + epoch + 1, testAccuracy };
    options.onMetrics?.(gamma === undefined ? line : { ...line, gamma });
  }
  if (gamma === undefined || options.onGamma === undefined) return;
  const isLast = epoch + 1 === phase.epochs || gammaAt(phase.gamma!, epoch + 1) !== gamma;
  if (isLast) await options.onGamma(gamma, await getWeights(model));
}
