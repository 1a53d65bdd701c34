import { areProbabilities, diagnosticsOf, provenanceOf } from "@kwta/attacks";
import * as tf from "@tensorflow/tfjs-core";
import { floatsToBase64 } from "./base64.ts";
import { PASSES, type StageOutcome } from "./engine/run-stage.ts";
import { isNearest } from "./engine/stages.ts";
import { counts, type Standings } from "./engine/standings.ts";
import type {
  AdversarialImage,
  AttackAtEps,
  AttackedSamples,
  AttackEvaluation,
  Evaluation,
  EvaluationSettings,
  RobustAccuracy,
  Stopped,
  Totals,
} from "./evaluation.ts";
import { minimumNormOf, quantilesOf } from "./minimum-norm.ts";
import type { OpenEvaluation } from "./open-evaluation.ts";
import { protocolProvenance, type ProtocolEntry } from "./protocols/protocol.ts";
import { rate } from "./rate.ts";

/** The report of an evaluation: what became of its stages, in the order in which they were run. */
export function summary(
  evaluation: OpenEvaluation,
  standings: Standings,
  outcomes: readonly StageOutcome[],
): Evaluation {
  const { clean, protocol, threats, command, subject } = evaluation;
  const settings = settingsOf(evaluation);
  const n = clean.correct.length;
  const cleanErrors = [...clean.correct.keys()].filter((i) => clean.correct[i] === 0);
  const attacks = protocol.entries.map((entry) => attackOf(evaluation, entry, outcomes));
  const nearest = minimumNormOf(clean.correct, protocol, attacks);
  const stopped = stoppedOf(evaluation, outcomes);
  return {
    schema: "kwta-evaluation@3",
    ...(command !== undefined && { command }),
    ...(subject !== undefined && { subject }),
    ...settings,
    samples: {
      ...settings.samples,
      cleanPredicted: [...clean.predicted],
      cleanMargin: Array.from(clean.margin, (margin) => (Number.isFinite(margin) ? margin : null)),
    },
    clean: rate(n - cleanErrors.length, n),
    cleanErrors,
    cleanDiagnostics: cleanDiagnostics(evaluation),
    attacks,
    robust: threats.map(({ eps }) => worstCase(n, standings, outcomes, eps)),
    ...(nearest !== undefined && { minimumNorm: nearest }),
    totals: totalsOf(n, attacks),
    ...(stopped !== undefined && { stopped }),
    diagnostics: [],
    checks: [],
  };
}

/** What an evaluation depends on, as its report has it. */
export function settingsOf(evaluation: OpenEvaluation): EvaluationSettings {
  const { protocol, threats, goal, targets, seed, environment, samples } = evaluation;
  const { ids, labels } = samples;
  const { norm, bounds } = threats[0]!;
  return {
    protocol: protocolProvenance(protocol),
    threat: { norm, bounds, epsilons: threats.map(({ eps }) => eps) },
    ...(goal !== undefined && { goal }),
    seed,
    backend: tf.getBackend(),
    environment,
    n: ids.length,
    samples: { ids: [...ids], labels: [...labels], ...(targets !== undefined && { targets: [...targets] }) },
  };
}

function attackOf(
  evaluation: OpenEvaluation,
  entry: ProtocolEntry,
  outcomes: readonly StageOutcome[],
): AttackEvaluation {
  const { clean } = evaluation;
  const own = outcomes.filter(({ stage }) => stage.entry === entry);
  const reason = own.find(({ notRun }) => notRun !== undefined)?.notRun;
  // Where there was no time at all, there is nothing to tell.
  const told = own.filter(({ notRun, asked, outcomes: found }) => {
    return notRun === undefined && (asked.length === 0 || found.size > 0);
  });
  const { on = "all", role = "verdict", aim = "within-eps", passes = PASSES } = entry;
  const [first] = told;
  return {
    id: entry.id,
    provenance: provenanceOf(entry.attack),
    access: entry.attack.access,
    ...(entry.attack.kind !== undefined && { kind: entry.attack.kind }),
    on,
    role,
    aim,
    n: Math.min(entry.samples ?? clean.correct.length, clean.correct.length),
    ...(reason !== undefined && { notRun: reason }),
    at: isNearest(entry) ? [] : told.map((each) => atEps(evaluation, each)),
    ...(isNearest(entry) &&
      first !== undefined && {
        nearest: {
          ...attackedSamples(evaluation, first),
          passes,
          quantiles: quantilesOf(first.asked.map((position) => first.outcomes.get(position)?.distance ?? null)),
        },
      }),
  };
}

function atEps(evaluation: OpenEvaluation, outcome: StageOutcome): AttackAtEps {
  const { clean } = evaluation;
  const { entry, threat } = outcome.stage;
  const n = Math.min(entry.samples ?? clean.correct.length, clean.correct.length);
  const errors = clean.correct.subarray(0, n).filter((each) => each === 0).length;
  const { broken } = outcome;
  return {
    eps: threat.eps,
    ...attackedSamples(evaluation, outcome),
    broken,
    accuracy: rate(n - broken.length, n),
    successRate: rate(broken.length - errors, n - errors),
    ...(entry.rounds !== undefined && { rounds: outcome.rounds, converged: outcome.converged }),
  };
}

function attackedSamples(
  evaluation: OpenEvaluation,
  { outcomes, seconds, diagnostics }: StageOutcome,
): AttackedSamples {
  const attacked = [...outcomes.keys()].sort((a, b) => a - b);
  const each = attacked.map((position) => outcomes.get(position)!);
  return {
    attacked,
    broke: attacked.filter((_, i) => each[i]!.success),
    predicted: each.map(({ predicted }) => predicted),
    margins: each.map(({ margin }) => margin),
    distances: each.map(({ distance }) => distance),
    queries: each.map(({ queries }) => queries),
    gradients: each.map(({ gradients }) => gradients),
    seconds,
    diagnostics,
    images: imagesOf(evaluation, attacked, outcomes),
  };
}

/** The adversarial points that were kept, by the ids of their samples. */
function imagesOf(
  { samples, pixelsOf }: OpenEvaluation,
  attacked: readonly number[],
  outcomes: StageOutcome["outcomes"],
): AdversarialImage[] {
  const { ids, labels, x } = samples;
  const isShown = (position: number): boolean => {
    const { success, point } = outcomes.get(position)!;
    return success && point !== null;
  };
  const shown = attacked.filter(isShown).sort((a, b) => ids[a]! - ids[b]!);
  return shown.map((position) => ({
    position,
    id: ids[position]!,
    label: labels[position]!,
    predicted: outcomes.get(position)!.predicted,
    shape: x.shape.slice(1),
    original: floatsToBase64(pixelsOf(position)),
    adversarial: outcomes.get(position)!.point!,
  }));
}

function worstCase(n: number, standings: Standings, outcomes: readonly StageOutcome[], eps: number): RobustAccuracy {
  const broken = standings.broken(eps);
  const counting = outcomes.filter(({ stage }) => counts(stage.entry));
  const relevant = counting.filter(({ stage }) => stage.threat.eps <= eps || stage.threat.eps === Infinity);
  const repeated = counting.filter(
    ({ stage, notRun }) => stage.threat.eps === eps && stage.entry.rounds !== undefined && notRun === undefined,
  );
  return {
    eps,
    accuracy: rate(n - broken.length, n),
    broken,
    complete: relevant.every(({ missing, notRun }) => missing.length === 0 || notRun !== undefined),
    flagged: false,
    ...(repeated.length > 0 && {
      converged: {
        yes: repeated.every(({ converged }) => converged),
        rounds: Math.max(...repeated.map(({ rounds }) => rounds.length)),
        lastRoundBroke: repeated.reduce((sum, { rounds }) => sum + (rounds.at(-1)?.broke ?? 0), 0),
      },
    }),
  };
}

function totalsOf(n: number, attacks: readonly AttackEvaluation[]): Totals {
  const [queriesOf, gradientsOf] = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
  let seconds = 0;
  for (const { at, nearest } of attacks) {
    for (const run of [...at, ...(nearest ? [nearest] : [])] as readonly AttackedSamples[]) {
      seconds += run.seconds;
      for (const [i, position] of run.attacked.entries()) {
        queriesOf[position]! += run.queries[i]!;
        gradientsOf[position]! += run.gradients[i]!;
      }
    }
  }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { queries: sum(queriesOf), gradients: sum(gradientsOf), queriesOf, gradientsOf, seconds };
}

function stoppedOf({ budget }: OpenEvaluation, outcomes: readonly StageOutcome[]): Stopped | undefined {
  const short = outcomes.filter(({ missing, notRun }) => missing.length > 0 && notRun === undefined);
  if (short.length === 0) return undefined;
  const missing = short.map(({ stage: { entry, threat }, missing: positions }) => ({
    attack: entry.id,
    eps: Number.isFinite(threat.eps) ? threat.eps : null,
    samples: positions.length,
  }));
  return { why: "budget", budget: budget!, missing };
}

function cleanDiagnostics({ clean }: OpenEvaluation): Evaluation["cleanDiagnostics"] {
  const count = (flags: Iterable<unknown>): number => [...flags].filter(Boolean).length;
  return diagnosticsOf([
    new Map([
      ["probabilities", areProbabilities(clean) ? clean.probabilities.length : 0],
      ["non-finite-logits", count([...clean.margin].map(Number.isNaN))],
    ]),
  ]);
}
