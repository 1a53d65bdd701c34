import { CannotRunError } from "@kwta/attacks";
import { AbortedError } from "@kwta/core";
import type { Evaluation, Finding } from "../evaluation.ts";
import type { OpenEvaluation } from "../open-evaluation.ts";
import { blackBoxWins } from "./black-box-wins.ts";
import type { Check, Scene } from "./check.ts";
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
    const diagnostics = (await findings({ report, probes }, evaluation)).sort(
      (a, b) => RANK[a.severity] - RANK[b.severity],
    );
    return {
      ...report,
      diagnostics,
      robust: report.robust.map((each) => ({ ...each, flagged: isFlagged(diagnostics, each.eps) })),
    };
  } finally {
    probes?.x.dispose();
  }
}

const RANK: Readonly<Record<Finding["severity"], number>> = { "red-flag": 0, warning: 1, note: 2 };

/** A red flag that names a size is about that size, any other about all of them. */
function isFlagged(diagnostics: readonly Finding[], eps: number): boolean {
  return diagnostics.some((each) => each.severity === "red-flag" && (each.eps ?? eps) === eps);
}

async function findings(scene: Scene, { clock, task, onProgress }: OpenEvaluation): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [i, { id, look }] of CHECKS.entries()) {
    if (scene.probes !== undefined) {
      onProgress?.({ task: `${task}: diagnostics`, done: i + 1, total: CHECKS.length, unit: "check" });
    }
    try {
      for (const observation of await look(scene)) found.push({ id, ...observation });
    } catch (error) {
      // What there is no time for, and what the model does not show, is not looked for.
      const isLeftOut = error instanceof CannotRunError || (error instanceof AbortedError && clock.isOver());
      if (!isLeftOut) throw error;
    }
  }
  return found;
}
