import { AbortedError, breathe } from "@kwta/core";
import { batches, type Batch } from "@kwta/datasets";
import { setGamma } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { ADVICE, DivergedError } from "./divergence.ts";
import { startEma } from "./ema.ts";
import { endEpoch } from "./end-epoch.ts";
import { gammaAt } from "./gamma.ts";
import { makeStep } from "./make-step.ts";
import type { StepMetrics } from "./metrics.ts";
import type { Phase } from "./phases.ts";
import { rollBack } from "./roll-back.ts";
import { checkpointOf, type PhaseRun, type Running } from "./running.ts";
import { learningRateAt } from "./schedules/index.ts";
import { checkShapes, namedVariables } from "./weights.ts";

/** How a part of a training ended. */
export type PhaseEnd = "complete" | "rolled back";

/** Trains through one part, from one of its steps to its end. */
export async function runPhase(running: Running, phase: Phase, from: number): Promise<PhaseEnd> {
  const { model, trainable, method, options, data } = running;
  const { extras, batches: own } = phase;
  const optimizer = phase.optimizer.start(trainable);
  const ema = extras.ema > 0 ? startEma(namedVariables(model, "all"), extras.ema) : undefined;
  const first = method.carry?.([own.batchSize, ...data.shape]) ?? {};
  const carried = Object.fromEntries(Object.entries(first).map(([name, value]) => [name, tf.variable(value)]));
  tf.dispose(Object.values(first));
  const run: PhaseRun = { ...running, phase, optimizer, extras, ema, carried };
  try {
    // What another part has kept is none of this one's business.
    if (options.resume !== undefined && from > phase.start) restore(run);
    const end = await throughEpochs(run, from);
    if (end === "complete") ema?.apply();
    return end;
  } finally {
    optimizer.dispose();
    ema?.dispose();
    tf.dispose(Object.values(carried));
  }
}

function restore({ options, optimizer, ema, carried }: PhaseRun): void {
  const { optimizer: slots, ema: averages = new Map(), carried: kept = new Map() } = options.resume!;
  optimizer.restore(slots);
  ema?.restore(averages);
  const variables = Object.entries(carried).map(([name, variable]) => ({ name, variable }));
  checkShapes(variables, kept, "What the method carries in the checkpoint");
  for (const { name, variable } of variables) {
    tf.tidy(() => variable.assign(tf.tensor(kept.get(name)!.data, variable.shape)));
  }
}

async function throughEpochs(run: PhaseRun, from: number): Promise<PhaseEnd> {
  const { model, phase, options } = run;
  let step = from;
  for (;;) {
    const epoch = Math.floor((step - phase.start) / phase.stepsPerEpoch);
    const done = (step - phase.start) % phase.stepsPerEpoch;
    // Also right after resuming at an epoch's end: it may have been stopped before all of this was written.
    if (step > phase.start && done === 0 && (await endEpoch(run, step, epoch - 1)) === "rolled back") {
      return "rolled back";
    }
    if (step === phase.end) return "complete";
    if (phase.gamma !== undefined) setGamma(model, gammaAt(phase.gamma, epoch));
    const reached = await throughSteps(run, step, epoch, done);
    if (reached === "rolled back") return reached;
    step = reached;
    await options.onCheckpoint?.(await checkpointOf(run, step));
  }
}

/** The rest of an epoch. @returns the steps made then */
async function throughSteps(run: PhaseRun, from: number, epoch: number, done: number): Promise<number | "rolled back"> {
  const { data, method, phase, options } = run;
  const { replays = 1 } = method;
  const own = { ...phase.batches, epoch: phase.firstEpoch + epoch, from: Math.floor(done / replays) };
  const started = performance.now();
  let images = 0;
  let step = from;
  let replay = done % replays;
  for (const batch of batches(data, own)) {
    for (; replay < replays; replay++) {
      try {
        await breathe(options.signal);
        const metrics = await stepWith(run, batch, step, epoch);
        step += 1;
        images += batch.ids.length;
        report(metrics, run, (1000 * images) / (performance.now() - started));
      } catch (error) {
        if (error instanceof AbortedError) await options.onCheckpoint?.(await checkpointOf(run, step));
        if (error instanceof DivergedError) {
          const number = phase.firstEpoch + epoch + 1;
          if (rollBack(run, error.what, step, number)) return "rolled back";
          options.onMetrics?.({ kind: "divergence", step, epoch: number, what: error.what, rolledBack: false });
        }
        throw error;
      }
    }
    replay = 0;
  }
  return step;
}

async function stepWith(run: PhaseRun, batch: Batch, step: number, epoch: number): Promise<StepMetrics> {
  const { phase, ema, state } = run;
  const { stepsPerEpoch, firstEpoch, start, end, gamma, extras, batches: own } = phase;
  const position = { step: step - start, stepsPerEpoch, totalSteps: end - start };
  const learningRate = learningRateAt(phase.learningRate, position);
  const measured = await makeStep(run, batch, {
    step,
    epoch: firstEpoch + epoch,
    seed: own.seed,
    learningRate,
    count: position.step + 1,
    awp: epoch >= extras.awpWarmup,
  });
  if (!Number.isFinite(measured.loss)) {
    const advice = `${ADVICE} The rate was ${learningRate.toPrecision(3)}.`;
    throw new DivergedError(`The loss became ${measured.loss} at step ${step + 1}.`, advice);
  }
  ema?.update(position.step + 1);
  const share = measured.accuracy ?? measured.robustAccuracy;
  if (share !== undefined) {
    const { seen = 0, hits = 0 } = state.memory;
    state.memory = { ...state.memory, seen: seen + batch.ids.length, hits: hits + share * batch.ids.length };
  }
  return {
    kind: "step",
    step: step + 1,
    epoch: firstEpoch + epoch + 1,
    ...measured,
    learningRate,
    ...(gamma !== undefined && { gamma: gammaAt(gamma, epoch) }),
  };
}

function report(metrics: StepMetrics, { options, totalSteps }: PhaseRun, imagesPerSecond: number): void {
  const { onMetrics, onProgress, task = "train" } = options;
  onMetrics?.(metrics);
  const { step, epoch, loss, accuracy: share, robustAccuracy, gamma } = metrics;
  const figures = {
    epoch,
    loss,
    ...(share !== undefined && { accuracy: share }),
    ...(robustAccuracy !== undefined && { "robust accuracy": robustAccuracy }),
    ...(gamma !== undefined && { gamma }),
    "images/s": Math.round(imagesPerSecond),
  };
  onProgress?.({ task, done: step, total: totalSteps, unit: "step", figures });
}
