import { adaptive, cascade, pgd } from "@kwta/attacks";
import { outOf, reliesOnGradient, type Check } from "./check.ts";
import { withSmallSteps, type Probes } from "./probes.ts";

/**
 * The sixth Indicator of Attack Failure: an attack that may change everything must break everything. Costs PGD of 40 steps on the
 * samples that are probed; through a gate too, where the protocol attacks the model in such a way.
 */
export const fullBudget: Check = {
  id: "full-budget",
  summary: "an attack that fails where it may change everything",
  async look({ report, probes: given }) {
    const probes = withSmallSteps(given);
    if ("notRun" in probes) return probes;
    const plain = pgd({ steps: 40, loss: "margin", stepSize: "0.1 eps" });
    const isGated = probes.classifier.choosableBackward && !reliesOnGradient(report);
    const attack = isGated ? cascade(plain, adaptive(plain)) : plain;
    const { norm, bounds } = probes;
    const result = await probes.attack(attack, probes.positions, {
      threat: { norm, bounds, eps: wholeBox(probes) },
    });
    if ("notRun" in result) return result;
    const left = result.success.filter((each) => each === 0).length;
    if (left === 0) return [];
    return [
      {
        severity: "red-flag",
        seen: `PGD of 40 steps, allowed to change the whole image, left ${outOf(left, probes.positions.length)} samples standing.`,
        suggests: "No model is robust to that: the gradient does not lead where the loss rises.",
        next: "Look at the gradient (zero-gradient, gradient-agreement), and run adaptive(apgd), square, or estimatedGradient(apgd).",
      },
    ];
  },
};

/** The size of the ball that holds the whole box. */
function wholeBox({ norm, bounds, classifier }: Probes): number {
  const range = bounds.max - bounds.min;
  const values = classifier.inputShape.reduce((product, size) => product * size, 1);
  return range * (norm === "l2" ? Math.sqrt(values) : norm === "l1" ? values : 1);
}
