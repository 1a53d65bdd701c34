import type { AttackMaker } from "../contract/attack.ts";
import { defineSearch } from "../contract/search.ts";
import { NORMS } from "../norms/index.ts";
import { NOISE } from "./gaussian-noise.ts";

/**
 * Uniform noise, a baseline: random points of the ball. Costs `draws` queries. What it breaks, no attack should miss; where it
 * breaks what gradients do not, the model hides its gradient.
 */
export const uniformNoise: AttackMaker<typeof NOISE> = defineSearch({
  id: "kwta/uniform-noise",
  version: "1.0.0",
  access: "label",
  norms: ["linf", "l2", "l1", "l0"],
  goals: ["untargeted"],
  stochastic: true,
  params: NOISE,
  queries: ({ draws }) => draws,
  *search({ x, norm, eps, bounds, params, random }) {
    for (let i = 0; i < params.draws; i++) {
      const noise = NORMS[norm].randomInBall(random("noise", i), new Float32Array(x.length), eps, bounds);
      yield { points: [x.map((value, j) => value + noise[j]!)], inside: true };
    }
  },
});
