import { countingAttacks, type Check } from "./check.ts";

/** No attack that counts saw a gradient. */
export const noGradient: Check = {
  id: "no-gradient",
  summary: "a number that no attack with a gradient has tested",
  look({ report }) {
    const counting = countingAttacks(report);
    const wanted = report.attacks.filter(({ access, role }) => access === "gradient" && role === "verdict");
    if (counting.length === 0 && wanted.length === 0) return { notRun: "No attack was run." };
    if (wanted.length === 0 || counting.some(({ access }) => access === "gradient")) return [];
    return [
      {
        severity: "red-flag",
        seen: `None of ${wanted.map(({ id }) => id).join(", ")} was run: ${wanted[0]!.notRun}`,
        suggests: "The number says what attackers find who see no gradient; those who have the weights find more.",
        next:
          report.goal !== undefined
            ? "Add attacks that can go for a target: apgd, or pgd."
            : "Give the model in a form that has a gradient, or attack it with estimatedGradient(apgd) and square.",
      },
    ];
  },
};
