import type { DiagnosticKind } from "@kwta/attacks";
import type { Evaluation } from "../evaluation.ts";
import { countingAttacks, outOf, type Check, type Look, type Observation } from "./check.ts";

/** AutoAttack's flag, and the first of the Indicators of Attack Failure: the gradient is there and says nothing. */
export const zeroGradients: Check = {
  id: "zero-gradient",
  summary: "gradients that are exactly zero on the way of an attack",
  look: ({ report }) =>
    spoiltGradients(report, "zero-gradient", "was exactly zero", {
      suggests:
        "The loss is flat there: saturated scores, quantised inputs or layers without a gradient. The attack did not search.",
      next: "Attack the logits with a margin loss (apgd:loss=margin), replace the layer's gradient (preprocessed, adaptive), or run square.",
    }),
};

/** Gradients that are NaN or infinite. */
export const nonFiniteGradients: Check = {
  id: "non-finite-gradient",
  summary: "gradients that are NaN or infinite",
  look: ({ report }) =>
    spoiltGradients(report, "non-finite-gradient", "was NaN or infinite", {
      suggests: "A division by zero or an overflow in the backward pass keeps gradient attacks from moving.",
      next: "Mend the backward pass, or run attacks that need no gradient: square, or estimatedGradient(apgd).",
    }),
};

/**
 * One attack with a good gradient is enough for the worst case, so what is told is the attack that suffers least; where even
 * that one suffers at many samples, the number is not to be believed.
 */
function spoiltGradients(
  report: Evaluation,
  kind: DiagnosticKind,
  how: string,
  advice: Pick<Observation, "suggests" | "next">,
): Look {
  const attacks = countingAttacks(report).filter(({ access }) => access === "gradient");
  if (attacks.every(({ at }) => at.length === 0)) return { notRun: "No attack with a gradient was run at an eps." };
  return report.threat.epsilons.flatMap((eps): Observation[] => {
    const shares = attacks.flatMap(({ id, at }) => {
      const run = at.find((each) => each.eps === eps);
      if (run === undefined || run.attacked.length === 0) return [];
      return [{ id, n: run.attacked.length, count: run.diagnostics.find((each) => each.kind === kind)?.count ?? 0 }];
    });
    const [least] = shares.sort((a, b) => a.count / a.n - b.count / b.n);
    if (least === undefined || least.count === 0) return [];
    const severity = least.count / least.n > MUCH ? "red-flag" : "warning";
    const seen = `At ${outOf(least.count, least.n)} samples the gradient ${how} on the way of ${least.id}, the attack that saw this least.`;
    return [{ severity, attack: least.id, eps, seen, ...advice }];
  });
}

/** Above this share of the samples the number itself is in doubt. */
const MUCH = 0.1;
