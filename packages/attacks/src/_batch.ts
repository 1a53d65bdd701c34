import * as tf from "@tensorflow/tfjs-core";
import { classify, readBack, type Verdicts } from "./_classify.ts";
import { contextOf, type BatchRun } from "./_context.ts";
import { BudgetSpent, Meter } from "./_meter.ts";
import { gatherRows, replaceRows, rowsWhere, share, type RowSource } from "./_rows.ts";
import type { AttackPlugin } from "./attack.ts";
import type { Classifier } from "./classifier.ts";
import type { DiagnosticKind } from "./diagnostics.ts";
import type { Geometry } from "./geometry.ts";
import { goalOf, reaches, type Goal } from "./goal.ts";
import type { QueryBudget } from "./oracle.ts";
import type { Params } from "./params.ts";
import type { AttackResult } from "./result.ts";
import { slack, type ThreatModel } from "./threat-model.ts";

/** One batch, checked. */
export interface Batch {
  readonly attack: AttackPlugin;
  readonly classifier: Classifier;
  /** Stays the caller's. */
  readonly x: tf.Tensor;
  readonly ids: Int32Array;
  readonly goal: Goal;
  readonly params: Params;
  readonly threat: ThreatModel;
  readonly geometry: Geometry;
  readonly seed: number;
  readonly budget: QueryBudget;
  readonly stopEarly: boolean;
  readonly keepFailed: boolean;
  readonly signal: AbortSignal | undefined;
  /** Receives how many samples of the batch are done. */
  readonly onFinished: (count: number) => void;
}

/** The part of an {@link AttackResult} that a batch contributes. */
export type BatchOutcome = Pick<
  AttackResult,
  | "success"
  | "cleanCorrect"
  | "predicted"
  | "cleanPredicted"
  | "margin"
  | "distance"
  | "queries"
  | "gradients"
  | "firstSuccessAt"
> & { adversarial: tf.Tensor; readonly odd: Map<DiagnosticKind, number> };

/** Classifies, attacks what is worth it, verifies. */
export async function attackBatch(batch: Batch): Promise<BatchOutcome> {
  const { classifier, x, ids, goal } = batch;
  const clean = await classify(classifier, x, ids, goal);
  const outcome = asFound(batch, clean);
  const rows = rowsWhere(ids.length, (row) => isWorthAttacking(batch, clean, row));
  try {
    if (rows.length > 0) await attackRows(batch, rows, outcome);
  } catch (error) {
    outcome.adversarial.dispose();
    throw error;
  }
  batch.onFinished(ids.length);
  return outcome;
}

/** The outcome before the attack. */
function asFound({ x, ids, goal, stopEarly }: Batch, clean: Verdicts): BatchOutcome {
  const n = ids.length;
  const isBad = (row: number) => Number.isNaN(clean.margins[row]);
  return {
    adversarial: share(x),
    success: new Uint8Array(n),
    cleanCorrect: Uint8Array.from(goal.labels, (label, row) => Number(clean.predicted[row] === label && !isBad(row))),
    predicted: Int32Array.from(clean.predicted),
    cleanPredicted: clean.predicted,
    margin: clean.margins,
    distance: new Float32Array(n),
    queries: new Uint32Array(n),
    gradients: new Uint32Array(n),
    firstSuccessAt: new Int32Array(n).fill(-1),
    odd: new Map([
      ["probabilities", clean.areProbabilities ? n : 0],
      // Without an early stop they are attacked, and counted then.
      ["non-finite-logits", stopEarly ? rowsWhere(n, isBad).length : 0],
    ]),
  };
}

function isWorthAttacking({ goal, stopEarly }: Batch, clean: Verdicts, row: number): boolean {
  return !stopEarly || (Number.isFinite(clean.margins[row]) && !reaches(goal, row, clean.predicted[row]!));
}

/** Attacks some rows of the batch and enters what came of it into `outcome`. */
async function attackRows(batch: Batch, rows: Int32Array, outcome: BatchOutcome): Promise<void> {
  const x = gatherRows(batch.x, rows);
  const part: Batch = {
    ...batch,
    x,
    ids: rows.map((row) => batch.ids[row]!),
    goal: goalOf(batch.goal, rows),
    onFinished: (count) => batch.onFinished(batch.ids.length - rows.length + count),
  };
  const meter = new Meter({ ...part, margins: Float32Array.from(rows, (row) => outcome.margin[row]!) });
  try {
    if (await runPlugin(part, meter)) outcome.odd.set("budget-spent", countActive(meter, part.ids));
    await verify(part, meter, rows, outcome);
  } finally {
    meter.dispose();
    x.dispose();
  }
}

/** Returns whether the budget ended the attack. */
async function runPlugin(batch: Batch, meter: Meter): Promise<boolean> {
  const { attack, x, ids, goal, params, threat, geometry, seed, signal } = batch;
  const onFraction = (fraction: number) => {
    const active = countActive(meter, ids);
    batch.onFinished(Math.floor(ids.length - active * (1 - fraction)));
  };
  const run: BatchRun = { meter, threat, geometry, seed, signal, onFraction, owned: new Set() };
  try {
    await attack.run(contextOf(run, { attack, params, x, ids, goal, restart: 0, span: [0, 1] }));
    return false;
  } catch (error) {
    if (error instanceof BudgetSpent) return true;
    throw error;
  } finally {
    for (const tensor of run.owned) tensor.dispose();
  }
}

function countActive(meter: Meter, ids: Int32Array): number {
  return rowsWhere(ids.length, (row) => meter.isActive(ids[row]!)).length;
}

/** Classifies the best points once more, and believes only that. */
async function verify(batch: Batch, meter: Meter, rows: Int32Array, outcome: BatchOutcome): Promise<void> {
  const { classifier, x, ids, goal, threat, geometry, keepFailed } = batch;
  await meter.settle();
  // The meter remembers no point outside ball or box; this takes away what rounding may have left outside the box.
  const points = tf.clipByValue(meter.best, threat.bounds.min, threat.bounds.max);
  try {
    const verdicts = await classify(classifier, points, ids, goal);
    const distances = await readBack(() => geometry.distance(tf.sub(points, x)));
    const returned = new Map<number, RowSource>();
    for (const [i, row] of rows.entries()) {
      const isFound = meter.firstSuccessAt[i]! >= 0;
      const isFinite = Number.isFinite(verdicts.margins[i]);
      const isInside = distances[i]! <= threat.eps + slack(threat);
      const isThere = isFinite && isInside && reaches(goal, i, verdicts.predicted[i]!);
      note(outcome.odd, "nondeterministic", isFound && !isThere);
      note(outcome.odd, "non-finite-logits", meter.nonFiniteLogits[i] === 1 || !isFinite);
      note(outcome.odd, "non-finite-gradient", meter.nonFiniteGradient[i] === 1);
      note(outcome.odd, "zero-gradient", meter.zeroGradient[i] === 1);
      outcome.margin[row] = verdicts.margins[i]!;
      outcome.queries[row] = meter.queries[i]!;
      outcome.gradients[row] = meter.gradients[i]!;
      const isVictim = goal.kind === "targeted" || outcome.cleanCorrect[row] === 1;
      const isSuccess = isFound && isThere && isVictim;
      outcome.success[row] = Number(isSuccess);
      if (isSuccess) outcome.firstSuccessAt[row] = meter.firstSuccessAt[i]!;
      if (!isSuccess && !keepFailed) continue;
      outcome.predicted[row] = verdicts.predicted[i]!;
      outcome.distance[row] = distances[i]!;
      returned.set(row, { x: points, row: i });
    }
    const { adversarial } = outcome;
    outcome.adversarial = replaceRows(adversarial, returned);
    adversarial.dispose();
  } finally {
    points.dispose();
  }
}

function note(odd: Map<DiagnosticKind, number>, kind: DiagnosticKind, isSo: boolean): void {
  if (isSo) odd.set(kind, (odd.get(kind) ?? 0) + 1);
}
