import { predictionsOf, type Diagnostic } from "@kwta/attacks";
import { AbortedError, digest, fromBase64, InputError } from "@kwta/core";
import type { OpenEvaluation } from "../open-evaluation.ts";
import type { Unit, UnitOutcome, UnitResult, UnitWork } from "../units/unit.ts";
import { sampleOutcomes, type SampleOutcome } from "./sample-outcome.ts";

/** What an attack is to do to some samples. */
export interface Task {
  readonly settings: UnitSettings;
  /** Positions of the samples. */
  readonly positions: readonly number[];
  /** Where it begins with a sample, as base64; without, where it likes to. */
  readonly startOf: (position: number) => string | undefined;
  /** Receives how many samples are done. */
  readonly onDone: (count: number) => void;
  /** Receives what samples took, in seconds of one worker. */
  readonly onTimed: (seconds: number, samples: number) => void;
}

/** What units of one attack at one eps have in common. */
export type UnitSettings = Omit<Unit, "x" | "labels" | "ids" | "targets" | "clean" | "start">;

/** What became of a task. */
export interface TaskOutcome {
  /** By position. */
  readonly outcomes: ReadonlyMap<number, SampleOutcome>;
  readonly seconds: number;
  readonly diagnostics: readonly Diagnostic[];
  /** Why the attack cannot be run. */
  readonly notRun?: string;
}

/**
 * Runs an attack on some samples: takes what was kept, cuts the others into units, as many at once as there are workers, and
 * keeps each unit as soon as it is finished. When the time is over, what is finished is returned.
 *
 * @throws AbortedError when whoever asked for the evaluation stopped it
 */
export async function runUnits(evaluation: OpenEvaluation, task: Task): Promise<TaskOutcome> {
  const gathering = new Gathering();
  const left = await takeKept(evaluation, task, gathering);
  if (left.length > 0) {
    task.onDone(gathering.outcomes.size);
    await runAll(evaluation, task, left, gathering);
  }
  return gathering;
}

/** What is known so far. */
class Gathering implements TaskOutcome {
  readonly outcomes = new Map<number, SampleOutcome>();
  seconds = 0;
  diagnostics: readonly Diagnostic[] = [];
  notRun?: string;

  enter(positions: readonly number[], outcome: UnitOutcome): void {
    for (const [i, each] of sampleOutcomes(outcome).entries()) this.outcomes.set(positions[i]!, each);
    this.seconds += outcome.seconds;
    this.diagnostics = addDiagnostics(this.diagnostics, outcome.diagnostics);
  }
}

/** The sums of two lists, kind by kind, in the order of the kinds' names. */
export function addDiagnostics(a: readonly Diagnostic[], b: readonly Diagnostic[]): Diagnostic[] {
  const sums = new Map<string, Diagnostic>();
  for (const one of [...a, ...b]) {
    sums.set(one.kind, { ...one, count: one.count + (sums.get(one.kind)?.count ?? 0) });
  }
  return [...sums.values()].sort((first, second) => (first.kind < second.kind ? -1 : 1));
}

/** Takes the parts all of whose samples are wanted. Returns the positions that are left. */
async function takeKept(
  { parts, keys }: OpenEvaluation,
  { settings, positions, startOf, onTimed }: Task,
  gathering: Gathering,
): Promise<readonly number[]> {
  if (parts === undefined || positions.length === 0) return positions;
  const wanted = new Map<string, number>();
  for (const position of positions) wanted.set(await keys.sampleOf(position, floatsOf(startOf(position))), position);
  for (const part of await parts.get(await keys.keyOf(settings))) {
    const found = part.samples.map((sample) => wanted.get(sample));
    // A sample in two parts, of which one was made by an evaluation of other samples, is taken once.
    if (!found.every((position) => position !== undefined && !gathering.outcomes.has(position))) continue;
    gathering.enter(found as number[], part);
    onTimed(part.seconds, part.samples.length);
  }
  return positions.filter((position) => !gathering.outcomes.has(position));
}

async function runAll(
  evaluation: OpenEvaluation,
  task: Task,
  left: readonly number[],
  gathering: Gathering,
): Promise<void> {
  const { clock, runner } = evaluation;
  const queue = cut(left, task, evaluation);
  const before = gathering.outcomes.size;
  const done = new Array<number>(queue.length).fill(0);
  const stop = new AbortController();
  const signal = AbortSignal.any([clock.signal, stop.signal]);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < queue.length && gathering.notRun === undefined; i = next++) {
      const report = (count: number): void => {
        done[i] = count;
        task.onDone(before + done.reduce((sum, each) => sum + each, 0));
      };
      await runOne(evaluation, task, queue[i]!, gathering, { signal, report });
    }
  };
  const failed = (error: unknown): never => {
    stop.abort();
    throw error;
  };
  const workers = Array.from({ length: Math.min(runner.count, queue.length) }, () => work().catch(failed));
  const ends = await Promise.allSettled(workers);
  const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []));
  // The first fault stops the other workers, whose errors say no more than that.
  const fault = errors.find((error) => !(error instanceof AbortedError)) ?? errors[0];
  if (fault !== undefined && !(fault instanceof AbortedError && clock.isOver())) throw fault;
}

/** Pieces of equal size that keep all workers busy, no larger than a batch. */
function cut(
  positions: readonly number[],
  { startOf }: Task,
  { runner, batchSize }: OpenEvaluation,
): readonly (readonly number[])[] {
  const withStart = positions.filter((position) => startOf(position) !== undefined);
  const without = positions.filter((position) => startOf(position) === undefined);
  return [withStart, without].flatMap((list) => {
    const count = Math.max(Math.ceil(list.length / batchSize), Math.min(runner.count, list.length));
    return Array.from({ length: count }, (_, i) =>
      list.slice(Math.round((i * list.length) / count), Math.round(((i + 1) * list.length) / count)),
    );
  });
}

async function runOne(
  evaluation: OpenEvaluation,
  { settings, startOf, onTimed }: Task,
  positions: readonly number[],
  gathering: Gathering,
  { signal, report }: { readonly signal: AbortSignal; readonly report: (count: number) => void },
): Promise<void> {
  const starts = positions.map((position) => floatsOf(startOf(position)));
  const unit = unitOf(evaluation, settings, positions, starts);
  const kept = await placeOf(evaluation, settings, positions, starts);
  const onProgress = ({ done }: { readonly done: number }): void => report(done);
  const middle = await kept?.middle();
  const run = (how?: UnitWork): Promise<UnitResult> => evaluation.runner.run(unit, { signal, onProgress, ...how });
  const again = (error: unknown): Promise<UnitResult> => {
    // A state that cannot be used is none.
    if (middle?.resume === undefined || !(error instanceof InputError)) throw error;
    return run({ ...middle, resume: undefined });
  };
  const result = await run(middle).catch(again);
  if ("notRun" in result) {
    gathering.notRun = result.notRun;
    return;
  }
  await kept?.keep(result);
  gathering.enter(positions, result);
  onTimed(result.seconds, positions.length);
  report(positions.length);
}

/** Where a unit is kept. */
interface Place {
  /** How it goes on from where it was, and is kept in the middle. */
  middle(): Promise<Pick<UnitWork, "resume" | "onSnapshot">>;
  keep(outcome: UnitOutcome): Promise<void>;
}

async function placeOf(
  { parts, keys, batchSize }: OpenEvaluation,
  settings: UnitSettings,
  positions: readonly number[],
  starts: readonly (Float32Array | undefined)[],
): Promise<Place | undefined> {
  if (parts === undefined) return undefined;
  const { snapshots } = parts;
  const key = await keys.keyOf(settings);
  const samples = await Promise.all(positions.map((position, i) => keys.sampleOf(position, starts[i])));
  const name = await digest(key, String(batchSize), ...samples);
  return {
    async middle() {
      if (snapshots === undefined) return {};
      return { resume: await snapshots.get(name), onSnapshot: (snapshot) => snapshots.set(name, snapshot) };
    },
    async keep(outcome) {
      await parts.add(key, { samples, ...outcome });
      await snapshots?.delete(name);
    },
  };
}

function unitOf(
  { samples, targets, clean, pixelsOf }: OpenEvaluation,
  settings: UnitSettings,
  positions: readonly number[],
  starts: readonly (Float32Array | undefined)[],
): Unit {
  const rows = Int32Array.from(positions);
  return {
    ...settings,
    shape: [rows.length, ...settings.shape.slice(1)],
    x: joined(positions.map(pixelsOf)),
    labels: rows.map((row) => samples.labels[row]!),
    ids: rows.map((row) => samples.ids[row]!),
    targets: targets && rows.map((row) => targets[row]!),
    clean: predictionsOf(clean, rows),
    start: starts.includes(undefined) ? undefined : joined(starts as Float32Array[]),
  };
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const size = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * size);
  rows.forEach((row, i) => all.set(row, i * size));
  return all;
}

function floatsOf(base64: string | undefined): Float32Array | undefined {
  return base64 === undefined ? undefined : new Float32Array(fromBase64(base64).buffer);
}
