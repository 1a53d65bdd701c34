import { CannotRunError } from "@kwta/attacks";
import { AbortedError } from "@kwta/core";
import type { CheckOutcome, Evaluation, Finding } from "../evaluation.ts";
import type { OpenEvaluation } from "../open-evaluation.ts";
import { blackBoxWins } from "./black-box-wins.ts";
import type { Check, NotRun, Scene } from "./check.ts";
import { fewClasses } from "./few-classes.ts";
import { fullBudget } from "./full-budget.ts";
import { gradientAgreement } from "./gradient-agreement.ts";
import { noGradient } from "./no-gradient.ts";
import { noProgress } from "./no-progress.ts";
import { noiseWins } from "./noise-wins.ts";
import { nonFiniteScores } from "./non-finite-scores.ts";
import { notMonotone } from "./not-monotone.ts";
import { oneClass } from "./one-class.ts";
import { probabilities } from "./probabilities.ts";
import { probesOf } from "./probes.ts";
import { randomAnswers } from "./random-answers.ts";
import { roughPath } from "./rough-path.ts";
import { unfinished } from "./unfinished.ts";
import { unstableAnswers } from "./unstable-answers.ts";
import { nonFiniteGradients, zeroGradients } from "./zero-gradients.ts";
import { verdictsOf } from "../verdicts/verdict.ts";

/** What every evaluation looks for. The docs come from this list. */
export const CHECKS: readonly Check[] = [
  oneClass,
  probabilities,
  randomAnswers,
  nonFiniteScores,
  nonFiniteGradients,
  zeroGradients,
  noGradient,
  noProgress,
  blackBoxWins,
  fullBudget,
  noiseWins,
  notMonotone,
  gradientAgreement,
  roughPath,
  unstableAnswers,
  unfinished,
  fewClasses,
];

/** The report with what its reader must know, the worst first, and with the numbers marked that are not to be believed. */
export async function diagnose(evaluation: OpenEvaluation, report: Evaluation): Promise<Evaluation> {
  const probes = probesOf(evaluation, report);
  try {
    const { found, checks } = await lookAll({ report, probes }, evaluation);
    const diagnostics = found.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
    const robust = report.robust.map((each) => ({ ...each, flagged: isFlagged(diagnostics, each.eps) }));
    const whole = { ...report, robust, diagnostics, checks };
    const verdicts = verdictsOf(whole);
    return verdicts.length === 0 ? whole : { ...whole, verdicts };
  } finally {
    if (!("notRun" in probes)) probes.x.dispose();
  }
}

const RANK: Readonly<Record<Finding["severity"], number>> = { "red-flag": 0, warning: 1, note: 2 };

/** A red flag that names a size is about that size, any other about all of them. */
function isFlagged(diagnostics: readonly Finding[], eps: number): boolean {
  return diagnostics.some((each) => each.severity === "red-flag" && (each.eps ?? eps) === eps);
}

/** What all checks found, and what became of each. */
interface Looked {
  readonly found: Finding[];
  readonly checks: readonly CheckOutcome[];
}

async function lookAll(scene: Scene, { clock, task, onProgress }: OpenEvaluation): Promise<Looked> {
  const found: Finding[] = [];
  const checks: CheckOutcome[] = [];
  for (const [i, { id, look }] of CHECKS.entries()) {
    if (!("notRun" in scene.probes)) {
      onProgress?.({ task: `${task}: diagnostics`, done: i + 1, total: CHECKS.length, unit: "check" });
    }
    const seen = await Promise.resolve(look(scene)).catch((error: unknown): NotRun => {
      // What there is no time for, and what the model does not show, is not looked for.
      if (error instanceof CannotRunError) return { notRun: error.message };
      if (error instanceof AbortedError && clock.isOver()) return { notRun: "There was no time left." };
      throw error;
    });
    if ("notRun" in seen) {
      checks.push({ id, outcome: "not-run", why: seen.notRun });
      continue;
    }
    for (const observation of seen) found.push({ id, ...observation });
    checks.push({ id, outcome: seen.length > 0 ? "seen" : "clear" });
  }
  return { found, checks };
}
