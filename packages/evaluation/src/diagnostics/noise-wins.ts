import { uniformNoise } from "@kwta/attacks";
import { countingAttacks, outOf, type Check } from "./check.ts";
import { withGradient } from "./probes.ts";

/** Random points that break what gradients could not. Costs 30 queries for each sample that is probed and stands. */
export const noiseWins: Check = {
  id: "noise-wins",
  summary: "random noise that breaks what attacks with a gradient could not",
  async look({ report, probes: given }) {
    const probes = withGradient(given);
    if ("notRun" in probes) return probes;
    const isTried = countingAttacks(report).some(({ access }) => access === "gradient");
    if (!isTried) return { notRun: "No attack with a gradient was run." };
    // Nothing is left that noise could break.
    if (probes.standing.length === 0) return [];
    const result = await probes.attack(uniformNoise({ draws: DRAWS }), probes.standing);
    if ("notRun" in result) return result;
    const broke = result.success.filter((each) => each === 1).length;
    if (broke === 0) return [];
    return [
      {
        severity: "red-flag",
        eps: probes.eps,
        seen: `${DRAWS} random points of the ball broke ${outOf(broke, probes.standing.length)} samples that all attacks had left standing.`,
        suggests: "The gradient is of no use to the attacks, and the number is too high.",
        next: "Run square and estimatedGradient(apgd) on all samples.",
      },
    ];
  },
};

const DRAWS = 30;
