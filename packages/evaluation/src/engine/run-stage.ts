import { keyedRandom, type Progress } from "@kwta/core";
import type { OpenEvaluation } from "../open-evaluation.ts";
import type { Forecast } from "./forecast.ts";
import { addDiagnostics, runUnits, type TaskOutcome, type UnitSettings } from "./run-units.ts";
import { afterBoth, type SampleOutcome } from "./sample-outcome.ts";
import { isNearest, type Stage } from "./stages.ts";
import type { Standings } from "./standings.ts";

/** What became of a stage. */
export interface StageOutcome extends TaskOutcome {
  readonly stage: Stage;
  /** Positions of the samples that it was run on, or would have been, had there been time. */
  readonly asked: readonly number[];
  /** One for each round. */
  readonly rounds: readonly { readonly attacked: number; readonly broke: number }[];
  /** Whether the last round left nothing unattacked and broke nothing. */
  readonly converged: boolean;
  /** Positions of the samples that are broken after it, clean errors included. */
  readonly broken: readonly number[];
  /** Positions of the samples that there was no time for. */
  readonly missing: readonly number[];
}

/**
 * Runs an attack at an eps, and takes note of it in the standings: on all samples that it is due to: once, or in rounds, each on what the one before left standing, with
 * other random numbers, until a whole round breaks nothing.
 */
export async function runStage(
  evaluation: OpenEvaluation,
  standings: Standings,
  forecast: Forecast,
  stage: Stage,
): Promise<StageOutcome> {
  const { entry, threat } = stage;
  const asked = standings.standing(entry, threat.eps);
  const outcomes = new Map<number, SampleOutcome>();
  const rounds: { attacked: number; broke: number }[] = [];
  let [seconds, left, converged]: [number, readonly number[], boolean] = [0, asked, asked.length === 0];
  let diagnostics: TaskOutcome["diagnostics"] = [];
  let missing: readonly number[] = [];
  let notRun: string | undefined;
  for (let round = 0; round < (entry.rounds ?? 1) && !converged; round++) {
    const found = await runUnits(evaluation, {
      settings: settingsOf(evaluation, stage, round),
      positions: left,
      startOf: (position) => (entry.start === "best" && round === 0 ? standings.startOf(position) : undefined),
      onDone: progressOf(evaluation, forecast, stage, left.length),
      onTimed: (time, samples) => forecast.note(entry.id, time, samples),
    });
    seconds += found.seconds;
    diagnostics = addDiagnostics(diagnostics, found.diagnostics);
    for (const [position, each] of found.outcomes) {
      const known = outcomes.get(position);
      outcomes.set(position, known === undefined ? each : afterBoth(known, each));
    }
    ({ notRun } = found);
    missing = left.filter((position) => !found.outcomes.has(position));
    const broke = [...found.outcomes.values()].filter(({ success }) => success).length;
    rounds.push({ attacked: found.outcomes.size, broke });
    if (notRun !== undefined || missing.length > 0) break;
    left = left.filter((position) => !found.outcomes.get(position)!.success);
    converged = broke === 0 || left.length === 0;
  }
  standings.enter(entry, threat.eps, outcomes);
  const broken = standings.brokenAfter(entry, threat.eps);
  const told = withFewPoints(evaluation, outcomes);
  const result = { stage, asked, outcomes: told, seconds, diagnostics, rounds, converged, broken, missing };
  return notRun === undefined ? result : { ...result, notRun };
}

/** Of the points only those that the report shows, those of the first broken samples by their ids: the others fill the memory. */
function withFewPoints(
  { samples: { ids }, keepImages }: OpenEvaluation,
  outcomes: ReadonlyMap<number, SampleOutcome>,
): ReadonlyMap<number, SampleOutcome> {
  const broken = [...outcomes.keys()].filter((position) => outcomes.get(position)!.success);
  const shown = new Set(broken.sort((a, b) => ids[a]! - ids[b]!).slice(0, keepImages));
  return new Map([...outcomes].map(([at, each]) => [at, shown.has(at) ? each : { ...each, point: null }]));
}

function settingsOf(evaluation: OpenEvaluation, { entry, threat }: Stage, round: number): UnitSettings {
  const { samples, seed, draws, keepsPoints, handsOn } = evaluation;
  const { aim = "within-eps", passes = isNearest(entry) ? PASSES : undefined } = entry;
  return {
    attack: entry.attack,
    threat,
    aim,
    seed: seedOf(seed, round),
    passes,
    draws,
    shape: [1, ...samples.x.shape.slice(1)],
    keepPoints: keepsPoints,
    keepBest: handsOn(entry),
  };
}

/** Forward and backward passes that an attack has to find the nearest point of a sample: AttackBench's 2000. */
export const PASSES = 2000;

/** A seed for each round; the first is that of the evaluation. */
function seedOf(seed: number, round: number): number {
  return round === 0 ? seed : Math.floor(keyedRandom(seed, "round", round).at(0) * 2 ** 24);
}

function progressOf(
  { task, threats, onProgress }: OpenEvaluation,
  forecast: Forecast,
  { entry, threat }: Stage,
  total: number,
): (done: number) => void {
  return (done) => {
    const secondsLeft = forecast.secondsLeft(entry.id, total - done);
    const progress: Progress = {
      task: `${task}: ${entry.id}`,
      done,
      total,
      unit: "image",
      ...(threats.length > 1 && Number.isFinite(threat.eps) && { figures: { eps: threat.eps } }),
      ...(secondsLeft !== undefined && { secondsLeft }),
    };
    onProgress?.(progress);
  };
}
