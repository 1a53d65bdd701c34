import type { AttackMaker } from "../contract/attack.ts";
import { defineSearch } from "../contract/search.ts";
import type { Norm } from "../norms/index.ts";

/** Of noise attacks. */
export const NOISE = {
  draws: { type: "integer", default: 100, min: 1, description: "Random points that are tried." },
} as const;

/**
 * Gaussian noise, a baseline: as wide as fits into the ball, whose part outside is brought back. Costs `draws` queries.
 */
export const gaussianNoise: AttackMaker<typeof NOISE> = defineSearch({
  id: "kwta/gaussian-noise",
  version: "1.0.0",
  access: "label",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted"],
  stochastic: true,
  params: NOISE,
  queries: ({ draws }) => draws,
  *search({ x, norm, eps, params, random }) {
    const width = widthFor(norm, eps, x.length);
    for (let i = 0; i < params.draws; i++) {
      const noise = random("noise", i).normal(new Float32Array(x.length), 0, width);
      yield { points: [x.map((value, j) => value + noise[j]!)], inside: true };
    }
  },
});

/** Of noise whose size is eps in the mean; in the maximum norm, whose values are. */
function widthFor(norm: Norm, eps: number, values: number): number {
  if (norm === "linf") return eps;
  return norm === "l2" ? eps / Math.sqrt(values) : (eps / values) * Math.sqrt(Math.PI / 2);
}
