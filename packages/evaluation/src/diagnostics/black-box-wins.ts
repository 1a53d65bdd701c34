import { rate } from "../rate.ts";
import { countingAttacks, outOf, type Check, type Observation } from "./check.ts";

/**
 * A share of samples that changes what a robust accuracy says. One sample of ten may be luck; where chance does not explain
 * less than this, the number cannot stand.
 */
const MATTERS = 0.05;

/** AutoAttack's flag, and an old rule: who sees more should find more. */
export const blackBoxWins: Check = {
  id: "black-box-wins",
  summary: "attacks without a gradient that break what attacks with one could not",
  look({ report }) {
    const counting = countingAttacks(report);
    const white = counting.filter(({ access }) => access === "gradient");
    const black = report.attacks.filter(({ access, notRun }) => access !== "gradient" && notRun === undefined);
    if (white.length === 0) return { notRun: "No attack with a gradient was run." };
    if (black.every(({ at }) => at.length === 0)) return { notRun: "No attack without a gradient was run." };
    return black.flatMap((attack) =>
      attack.at.flatMap(({ eps, attacked, broke }): Observation[] => {
        const known = new Set(
          white.flatMap(({ at }) => at.filter((run) => run.eps <= eps).flatMap((run) => run.broken)),
        );
        const alone = broke.filter((position) => !known.has(position)).length;
        if (alone === 0) return [];
        // What it would have broken among the samples that it was not run on, nobody knows.
        const isAll = attack.role === "verdict" && attack.n === report.n;
        return [
          {
            severity: isAll || rate(alone, attacked.length).low < MATTERS ? "warning" : "red-flag",
            attack: attack.id,
            eps,
            seen: `${attack.id} broke ${outOf(alone, attacked.length)} samples that no attack with a gradient broke.`,
            suggests: isAll
              ? "The gradient is hidden: stronger attacks without one may break more."
              : "The gradient is hidden, and the number does not count what this attack would break among all samples.",
            next: `Run ${attack.id} on all samples, and an attack that is made for this model: adaptive(apgd), or estimatedGradient(apgd).`,
          },
        ];
      }),
    );
  },
};
