import { AbortedError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { DiagnosticKind } from "../contract/diagnostics.ts";
import type { AttackResult } from "../contract/result.ts";
import type { TracePoint } from "../contract/trace.ts";
import { goalOf, reaches } from "../losses/goal.ts";
import { batchOf, partOf, type Batch } from "./batch.ts";
import { contextOf, threatOf, type Stage } from "./context.ts";
import { BudgetSpent, Meter } from "./meter.ts";
import type { Run } from "./open-run.ts";
import { areProbabilities, ask, predictionsOf, type Predictions } from "./predict.ts";
import { readBack } from "./read-back.ts";
import { copyRows, replaceRows, rowsFrom, rowsWhere, share, type RowSource } from "./rows.ts";
import type { Journal } from "./snapshot/journal.ts";
import type { Keeper } from "./snapshot/keeper.ts";

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
> & { adversarial: tf.Tensor; readonly odd: Map<DiagnosticKind, number>; trace: readonly TracePoint[] };

/**
 * Classifies some rows of a run, attacks those that are worth it, verifies.
 *
 * @param onDone receives how many of them are done
 * @param keeper takes snapshots of it
 */
export async function attackBatch(
  run: Run,
  rows: Int32Array,
  onDone: (count: number) => void,
  keeper: Keeper | undefined,
): Promise<BatchOutcome> {
  const before = tf.memory().numTensors;
  const whole = batchOf(run, rows);
  const owned = new Set<tf.Tensor>(tensorsOf(whole));
  let outcome: BatchOutcome | undefined;
  let meter: Meter | undefined;
  try {
    const clean = run.clean
      ? predictionsOf(run.clean, rows)
      : await ask(run.classifier, whole.x, whole.ids, whole.goal, run);
    outcome = asFound(whole, clean);
    const worth = rowsWhere(rows.length, (row) => isWorthAttacking(whole, clean, row));
    if (worth.length > 0) {
      const batch = partOf(whole, worth);
      for (const tensor of tensorsOf(batch)) owned.add(tensor);
      meter = new Meter(
        batch,
        Float32Array.from(worth, (row) => clean.margin[row]!),
      );
      const stage: Stage = { run, meter, owned, onFraction: progressOf(batch, meter, rows.length, onDone), keeper };
      // The budget ends an attack as its last step would.
      await unlessAborted(
        run.attack.run(rootContext(stage, batch, keeper?.beginBatch(rows[0]!, meter))),
        run.signal,
      ).catch(ignoreBudget);
      await verify(batch, meter, worth, outcome);
      outcome.trace = meter.trace;
    }
    onDone(rows.length);
  } catch (error) {
    outcome?.adversarial.dispose();
    throw error;
  } finally {
    keeper?.endBatch();
    meter?.dispose();
    for (const tensor of owned) tensor.dispose();
  }
  // Left are the adversarial points, what the model keeps for itself, and what the attack forgot.
  const leaked = tf.memory().numTensors - before - 1 - (meter?.keptByModel ?? 0);
  if (leaked > 0) outcome.odd.set("leaked-tensors", leaked);
  return outcome;
}

/** Samples that are decided are done; of the others, the share of the attack that is. */
function progressOf({ ids }: Batch, meter: Meter, all: number, onDone: (count: number) => void): Stage["onFraction"] {
  return (fraction) => {
    const active = rowsWhere(ids.length, (row) => meter.isActive(ids[row]!)).length;
    onDone(Math.floor(all - active * (1 - fraction)));
  };
}

/** What the attack sees is a copy: what it writes there changes nothing of ours. */
function rootContext(
  stage: Stage,
  { run, x, start, ids, goal }: Batch,
  journal: Journal | undefined,
): ReturnType<typeof contextOf> {
  const rows = rowsFrom(0, ids.length);
  const copy = own(stage.owned, copyRows(x, rows));
  return contextOf(stage, {
    attack: run.attack,
    params: run.attack.params,
    x: copy,
    start: start && own(stage.owned, copyRows(start, rows)),
    threat: threatOf(stage, copy, new Float32Array(ids.length).fill(run.threat.eps)),
    own: [],
    ids: Int32Array.from(ids),
    samplesOf: (list) => list,
    goal: goalOf(goal, rows),
    success: goalOf(goal, rows),
    aim: run.aim,
    oracle: stage.meter.oracle(run.attack.access),
    restart: 0,
    stream: "",
    span: [0, 1],
    journal,
  });
}

function own<T extends tf.Tensor>(owned: Set<tf.Tensor>, tensor: T): T {
  owned.add(tensor);
  return tensor;
}

function tensorsOf({ x, start }: Batch): readonly tf.Tensor[] {
  return start === undefined ? [x] : [x, start];
}

/**
 * An attack that never comes to its end does not keep the run from being aborted. One that notices the abort has time to
 * give back its tensors.
 */
function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  let stop = (): void => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => (timer = setTimeout(() => reject(new AbortedError()), PATIENCE_MS));
    signal.addEventListener("abort", stop, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => {
    signal.removeEventListener("abort", stop);
    clearTimeout(timer);
  });
}

const PATIENCE_MS = 1000;

function ignoreBudget(error: unknown): void {
  if (!(error instanceof BudgetSpent)) throw error;
}

/** The outcome before the attack. */
function asFound({ run, x, ids }: Batch, clean: Predictions): BatchOutcome {
  const n = ids.length;
  return {
    adversarial: share(x),
    success: new Uint8Array(n),
    cleanCorrect: clean.correct,
    predicted: Int32Array.from(clean.predicted),
    cleanPredicted: clean.predicted,
    margin: clean.margin.slice(),
    distance: new Float32Array(n),
    queries: new Uint32Array(n),
    gradients: new Uint32Array(n),
    firstSuccessAt: new Int32Array(n).fill(-1),
    trace: [],
    odd: new Map([
      ["probabilities", areProbabilities(clean) ? n : 0],
      // Without an early stop they are attacked, and counted then.
      ["non-finite-logits", run.stopEarly ? clean.margin.filter(Number.isNaN).length : 0],
    ]),
  };
}

function isWorthAttacking({ run, goal }: Batch, clean: Predictions, row: number): boolean {
  return !run.stopEarly || (Number.isFinite(clean.margin[row]) && !reaches(goal, row, clean.predicted[row]!));
}

/** Classifies the best points once more, and believes only that. */
async function verify(batch: Batch, meter: Meter, rows: Int32Array, outcome: BatchOutcome): Promise<void> {
  const { run, x, ids, goal } = batch;
  const { eps, bounds } = run.threat;
  await meter.settle();
  // The meter remembers no point outside ball or box; this takes away what rounding may have left outside the box.
  const points = tf.clipByValue(meter.ledger.best, bounds.min, bounds.max);
  try {
    const verdicts = await ask(run.classifier, points, ids, goal, run);
    const measured = await readBack(() => {
      const distance = run.geometry.distance(tf.sub(points, x));
      return tf.stack([distance, run.geometry.excess(points, x, eps, bounds, distance)]);
    });
    const returned = new Map<number, RowSource>();
    for (const [i, row] of rows.entries()) {
      const isInside = measured[rows.length + i]! <= 1;
      const isKept = enter(batch, meter, verdicts, isInside, i, row, outcome);
      if (!isKept) continue;
      outcome.predicted[row] = verdicts.predicted[i]!;
      outcome.distance[row] = measured[i]!;
      returned.set(row, { x: points, row: i });
    }
    const { adversarial } = outcome;
    outcome.adversarial = replaceRows(adversarial, returned);
    adversarial.dispose();
  } finally {
    points.dispose();
  }
}

/** Enters what became of a sample, and tells whether its point is to be returned. */
function enter(
  { run, goal }: Batch,
  meter: Meter,
  { margin, predicted }: Predictions,
  isInside: boolean,
  i: number,
  row: number,
  outcome: BatchOutcome,
): boolean {
  const isFound = meter.ledger.isBroken(i);
  const isFinite = Number.isFinite(margin[i]);
  const isThere = isFinite && isInside && reaches(goal, i, predicted[i]!);
  const isVictim = goal.kind === "targeted" || outcome.cleanCorrect[row] === 1;
  const isSuccess = isFound && isThere && isVictim;
  note(outcome, "nondeterministic", isFound && !isThere);
  note(outcome, "non-finite-logits", meter.nonFiniteLogits[i] === 1 || !isFinite);
  note(outcome, "non-finite-gradient", meter.nonFiniteGradient[i] === 1);
  note(outcome, "zero-gradient", meter.zeroGradient[i] === 1);
  note(outcome, "budget-spent", meter.spent[i] === 1 && !isFound);
  outcome.margin[row] = margin[i]!;
  outcome.queries[row] = meter.queries[i]!;
  outcome.gradients[row] = meter.gradients[i]!;
  outcome.success[row] = Number(isSuccess);
  if (isSuccess) outcome.firstSuccessAt[row] = meter.ledger.firstSuccessAt[i]!;
  return isSuccess || run.keepFailed;
}

function note({ odd }: BatchOutcome, kind: DiagnosticKind, isSo: boolean): void {
  if (isSo) odd.set(kind, (odd.get(kind) ?? 0) + 1);
}
