import { batches, type Split } from "@kwta/datasets";
import { dutyCycles, setGamma } from "@kwta/op";
import * as tf from "@tensorflow/tfjs-core";
import { accuracy } from "./accuracy.ts";
import { ADVICE, DivergedError, findDivergence } from "./divergence.ts";
import { gammaAt } from "./gamma.ts";
import type { EpochMetrics } from "./metrics.ts";
import type { PhaseEnd } from "./run-phase.ts";
import { rollBack } from "./roll-back.ts";
import type { PhaseRun } from "./running.ts";
import { withTargets } from "./targets.ts";
import { robustAccuracy } from "./validate.ts";
import { getWeights } from "./weights.ts";

/**
 * Measures, judges and keeps what an epoch has left; with averaged weights, where there are such.
 *
 * @param epoch the one that ended, counted from 0 in its part
 * @throws DivergedError when it ended badly and is to stop then
 */
export async function endEpoch(run: PhaseRun, step: number, epoch: number): Promise<PhaseEnd> {
  const { phase, model, ema } = run;
  const gamma = phase.gamma === undefined ? undefined : gammaAt(phase.gamma, epoch);
  if (gamma !== undefined) setGamma(model, gamma);
  const number = phase.firstEpoch + epoch + 1;
  const measure = (): Promise<string | undefined> => measureEpoch(run, { step, epoch, number, gamma });
  const what = await (ema === undefined ? measure() : ema.inPlace(measure));
  if (what === undefined) return "complete";
  if (rollBack(run, what, step, number)) return "rolled back";
  run.options.onMetrics?.({ kind: "divergence", step, epoch: number, what, rolledBack: false });
  if (run.onDivergence !== "note") throw new DivergedError(what, ADVICE);
  return "complete";
}

interface Ended {
  readonly step: number;
  /** Counted from 0 in its part. */
  readonly epoch: number;
  /** Counted from 1 in the whole training. */
  readonly number: number;
  readonly gamma: number | undefined;
}

/** @returns what is wrong, if something is */
async function measureEpoch(run: PhaseRun, ended: Ended): Promise<string | undefined> {
  const { model, phase, state, method, onDivergence, options } = run;
  const { step, epoch, number, gamma } = ended;
  const guard = await guardAccuracy(run, epoch);
  const tested = options.test === undefined ? undefined : await test(run, options.test, number);
  if (tested !== undefined) {
    options.onMetrics?.({
      kind: "epoch",
      step,
      epoch: number,
      ...tested,
      ...(guard !== undefined && { guardAccuracy: guard }),
      ...(await duty(model)),
      ...(gamma !== undefined && { gamma }),
    });
  }
  const { seen = 0, hits = 0, robust: robustBefore, guard: guardBefore, ...others } = state.memory;
  const robust = tested?.robustTestAccuracy;
  const what = findDivergence({
    epoch: number,
    numClasses: model.outputs[0]!.shape.at(-1)!,
    seen,
    hits,
    robust,
    robustBefore,
    guard,
    guardBefore,
    mostFall: method.guard?.mostFall,
  });
  if (what !== undefined && onDivergence !== "note") return what;
  state.memory = withoutNothing({ ...others, robust: robust ?? robustBefore, guard: guard ?? guardBefore });
  if (onDivergence === "roll-back") {
    state.good = await getWeights(model);
    if (gamma !== undefined) state.memory["goodGamma"] = gamma;
  }
  if (tested !== undefined) await keepBest(run, tested, number);
  const isLast = gamma !== undefined && (epoch + 1 === phase.epochs || gammaAt(phase.gamma!, epoch + 1) !== gamma);
  if (isLast) await options.onGamma?.(gamma, await getWeights(model));
  return what;
}

type Tested = Pick<EpochMetrics, "testAccuracy" | "robustTestAccuracy">;

async function test(
  { model, validation, phase, options, totalEpochs }: PhaseRun,
  split: Split,
  number: number,
): Promise<Tested> {
  const { signal } = options;
  const testAccuracy = await accuracy(model, split, { signal });
  if (validation === undefined || (number % validation.every !== 0 && number !== totalEpochs)) return { testAccuracy };
  const { seed } = phase.batches;
  return { testAccuracy, robustTestAccuracy: await robustAccuracy(model, split, validation, { seed, signal }) };
}

async function keepBest({ model, validation, state, options }: PhaseRun, tested: Tested, epoch: number): Promise<void> {
  const measure = validation === undefined ? "testAccuracy" : "robustTestAccuracy";
  const value = tested[measure];
  if (value === undefined || value <= (state.memory["best"] ?? -1)) return;
  state.memory = { ...state.memory, best: value };
  await options.onBest?.({ epoch, measure, value }, await getWeights(model));
}

/** Of all layers that keep duty cycles, each by its channels. */
async function duty(model: PhaseRun["model"]): Promise<Pick<EpochMetrics, "deadShare" | "dutyEntropy">> {
  const layers = await dutyCycles(model);
  const channels = layers.reduce((sum, layer) => sum + layer.channels, 0);
  if (channels === 0) return {};
  const mean = (of: "dead" | "entropy"): number =>
    layers.reduce((sum, layer) => sum + layer[of] * layer.channels, 0) / channels;
  return { deadShare: mean("dead"), dutyEntropy: mean("entropy") };
}

/** What the guard of the method says of the first batch of the epoch. */
async function guardAccuracy(
  { model, method, data, phase, signal }: PhaseRun,
  epoch: number,
): Promise<number | undefined> {
  if (method.guard === undefined) return undefined;
  const own = phase.firstEpoch + epoch;
  const [batch] = batches(data, { ...phase.batches, epoch: own });
  const numClasses = model.outputs[0]!.shape.at(-1)!;
  const plain = { labelSmoothing: 0, mixup: 0, cutmix: 0 };
  const { ids, ...given } = withTargets(batch!, { numClasses, seed: phase.batches.seed, step: 0, extras: plain });
  const tensors = {
    x: tf.tensor4d(given.x, given.shape),
    labels: tf.tensor1d(given.labels, "int32"),
    targets: tf.tensor2d(given.targets, [ids.length, numClasses]),
  };
  try {
    const { seed } = phase.batches;
    return await method.guard.measure(model, { ...tensors, ids, step: 0, epoch: own, seed, carried: {} }, signal);
  } finally {
    tf.dispose(tensors);
  }
}

function withoutNothing(values: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
