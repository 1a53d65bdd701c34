import { outOf, type Check } from "./check.ts";

/** A model that answers one class, whatever it sees. */
export const oneClass: Check = {
  id: "one-class",
  summary: "a model that answers one class",
  look({ report: { samples, n } }) {
    const classes = new Set(samples.cleanPredicted);
    if (classes.size > 1) return [];
    if (n < LEAST || new Set(samples.labels).size === 1) {
      return { notRun: `It takes at least ${LEAST} samples, of more than one class.` };
    }
    const [only] = classes;
    return [
      {
        severity: "red-flag",
        seen: `The model answers class ${only} for ${outOf(n, n)} samples.`,
        suggests: "It has learnt nothing, or its inputs are not what it expects. Such a model is robust and useless.",
        next: "Look at its clean accuracy, and at the bounds, mean and std of its inputs, before anything else.",
      },
    ];
  },
};

/** Fewer samples may well be of one class. */
const LEAST = 10;
