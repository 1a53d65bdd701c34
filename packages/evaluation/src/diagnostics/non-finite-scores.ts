import { outOf, type Check, type Observation } from "./check.ts";

/** Scores that are NaN or infinite: points with such scores never count as adversarial. */
export const nonFiniteScores: Check = {
  id: "non-finite-scores",
  summary: "scores that are NaN or infinite",
  look({ report }) {
    const found: Observation[] = [];
    const suggests = "Such points never count as adversarial, so the model may seem more robust than it is.";
    const next = "Look for overflows and divisions by zero in the model, at the points that the attack's trace names.";
    const clean = report.cleanDiagnostics.find(({ kind }) => kind === "non-finite-logits")?.count ?? 0;
    if (clean > 0) {
      const seen = `The model's scores are NaN or infinite at ${outOf(clean, report.n)} unperturbed samples.`;
      found.push({ severity: "warning", seen, suggests: "They count as errors, with and without attack.", next });
    }
    for (const { id, at } of report.attacks) {
      for (const { eps, attacked, diagnostics } of at) {
        const count = diagnostics.find(({ kind }) => kind === "non-finite-logits")?.count ?? 0;
        if (count === 0) continue;
        const seen = `The model's scores were NaN or infinite on the way of ${id} at ${outOf(count, attacked.length)} samples.`;
        const severity = count / attacked.length > MUCH ? "red-flag" : "warning";
        found.push({ severity, attack: id, eps, seen, suggests, next });
      }
    }
    return found;
  },
};

const MUCH = 0.05;
