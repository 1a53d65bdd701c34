import { pgd } from "@kwta/attacks";
import { outOf, reliesOnGradient, type Check } from "./check.ts";
import { withSmallSteps } from "./probes.ts";

/**
 * What a small ball holds, a larger one holds too: an attack that finds it in the first should find something in the second. The
 * evaluation itself hands broken samples upwards, so it is asked anew. Costs PGD of 20 steps twice.
 */
export const notMonotone: Check = {
  id: "not-monotone",
  summary: "an attack that breaks less where it is allowed more",
  async look({ report, probes: given }) {
    const probes = withSmallSteps(given);
    if ("notRun" in probes) return probes;
    const attack = pgd({ steps: 20, loss: "margin", stepSize: "0.15 eps", randomStart: false });
    const { norm, bounds, eps } = probes;
    const most = norm === "linf" ? bounds.max - bounds.min : Infinity;
    const small = await probes.attack(attack, probes.positions);
    const large = await probes.attack(attack, probes.positions, {
      threat: { norm, bounds, eps: Math.min(most, LARGER * eps) },
    });
    if ("notRun" in small) return small;
    if ("notRun" in large) return large;
    const found = [...small.success.keys()].filter((i) => small.success[i] === 1);
    const lost = found.filter((i) => large.success[i] === 0).length;
    if (lost === 0) return [];
    return [
      {
        severity: lost > MUCH * found.length && reliesOnGradient(report) ? "red-flag" : "warning",
        seen: `Of ${found.length} samples that PGD broke, it broke ${found.length - lost} with ${LARGER} times the eps.`,
        suggests: `With more room PGD lost ${outOf(lost, found.length)}: its gradient leads it astray.`,
        next: "Run attacks whose steps grow smaller (apgd), and such as do not follow the model's own gradient (adaptive, square).",
      },
    ];
  },
};

const LARGER = 4;
const MUCH = 0.2;
