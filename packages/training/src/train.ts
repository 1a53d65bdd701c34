import { InputError, type LongWork, type NamedTensor } from "@kwta/core";
import type { Split } from "@kwta/datasets";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Checkpoint } from "./checkpoint.ts";
import { toMethod } from "./methods/method.ts";
import { standard } from "./methods/standard.ts";
import type { Metrics } from "./metrics.ts";
import { makePhases } from "./phases.ts";
import { runPhase } from "./run-phase.ts";
import type { Running } from "./running.ts";
import type { TrainingSettings } from "./settings.ts";
import { checkValidation } from "./validate.ts";
import { namedVariables, setWeights } from "./weights.ts";

/** The best epoch so far. */
export interface BestEpoch {
  /** Counted from 1. */
  readonly epoch: number;
  /** What it was best in: accuracy on test images that were attacked, or on those as they are where none are. */
  readonly measure: "robustTestAccuracy" | "testAccuracy";
  readonly value: number;
}

/** @see {@link train} */
export interface TrainOptions extends LongWork {
  /** Continue from here. */
  readonly resume?: Checkpoint | undefined;
  /** Measured after each epoch. */
  readonly test?: Split;
  readonly onMetrics?: (metrics: Metrics) => void;
  /** Called at the end of each epoch, and before the training gives way to an aborted signal. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
  /** Receives the weights at the end of the last epoch at each sparsity ratio that the settings say. */
  readonly onGamma?: (gamma: number, weights: ReadonlyMap<string, NamedTensor>) => Promise<void>;
  /** Receives the weights of each epoch that is better on the test split than those before. */
  readonly onBest?: (best: BestEpoch, weights: ReadonlyMap<string, NamedTensor>) => Promise<void>;
  /** Named in progress events. @defaultValue "train" */
  readonly task?: string;
}

/**
 * Trains a model in place. The order of the samples, their augmentation, the attacks on them and so every number depend
 * on the settings alone: a training that was stopped and resumed ends with the same weights, bit for bit on the same
 * backend.
 *
 * @throws InputError for settings that cannot be used, or when the training came to nothing and is to stop then
 * @throws AbortedError when the signal stopped it; the last checkpoint given is then that of the last step made
 */
export async function train(
  model: LayersModel,
  data: Split,
  settings: TrainingSettings,
  options: TrainOptions = {},
): Promise<void> {
  const phases = makePhases(model, data, settings);
  const { method = standard, validation, onDivergence = "note" } = settings;
  const last = phases.at(-1)!;
  if (validation !== undefined && options.test === undefined) {
    throw new InputError("A validation needs test images. Give them as the option `test`.");
  }
  let step = restoreWeights(model, options.resume, last.end);
  const run: Running = {
    model,
    data,
    method: toMethod(method),
    trainable: namedVariables(model, "trainable"),
    totalSteps: last.end,
    totalEpochs: last.firstEpoch + last.epochs,
    validation: validation && checkValidation(validation),
    onDivergence,
    options,
    signal: options.signal,
    state: { memory: { ...options.resume?.memory }, good: options.resume?.good },
  };
  for (const phase of phases) {
    // One that was stopped at its very end may not have reported that.
    if (step > phase.end) continue;
    if ((await runPhase(run, phase, step)) === "rolled back") return;
    step = phase.end;
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
