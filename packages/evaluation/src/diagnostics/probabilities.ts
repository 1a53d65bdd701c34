import type { Check } from "./check.ts";

/** AutoAttack's flag: scores behind a softmax or sigmoid that could not be looked through. */
export const probabilities: Check = {
  id: "probabilities",
  summary: "probabilities in place of logits",
  look({ report }) {
    const isSo = report.cleanDiagnostics.some(({ kind }) => kind === "probabilities");
    if (!isSo) return [];
    return [
      {
        severity: "red-flag",
        seen: "The model's scores lie in [0, 1] and are saturated: they look like the outcome of a softmax or sigmoid.",
        suggests:
          "Their gradient vanishes, so attacks fail for the wrong reason, and the model seems more robust than it is.",
        next: "Give the model without its last activation. A softmax at the end of a layers model, also behind a reshape, is looked through by itself; one inside a function or a graph is not.",
      },
    ];
  },
};
