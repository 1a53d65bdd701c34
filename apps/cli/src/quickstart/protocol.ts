import { gradientEstimate } from "@kwta/attacks";
import { quick, withAttacks, type Protocol } from "@kwta/evaluation";

/** How the gradient-estimate attack is run: a short ladder, on few images. */
export interface EstimateSettings {
  readonly samples: number;
  /** Stages of [iterations, samples]. */
  readonly ladder: readonly (readonly [iterations: number, samples: number])[];
}

/** PGD and adaptive PGD at every eps; the gradient estimate, which is expensive, only at one. */
export function quickstartProtocol({ samples, ladder }: EstimateSettings, eps: number): Protocol {
  const attack = gradientEstimate({ ladder, sigma: "0.5 eps", stepSize: "0.3 eps" });
  return withAttacks(quick({ estimateSamples: 0 }), [{ id: "gradient-estimate", attack, samples, eps: [eps] }]);
}

/** The protocol's name for the attack that sees no gate: what it says is what is put to the test. */
export const PLAIN_ATTACK = "pgd";

/** What the attacks of the protocol are called in tables and charts. */
export const TITLES: Readonly<Record<string, string>> = {
  [PLAIN_ATTACK]: "PGD",
  gate: "adaptive PGD",
  "gradient-estimate": "gradient estimate",
};
