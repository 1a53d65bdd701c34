import { parseLength } from "@kwta/core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineSearch } from "../contract/search.ts";
import { cosines, pixels, type Basis } from "../images/bases.ts";

const PARAMS = {
  queries: { type: "integer", default: 10_000, min: 1, description: "Queries at most." },
  stepSize: { type: "length", default: 0.2, description: "Length of a step along one direction." },
  basis: {
    type: "choice",
    choices: ["pixel", "dct"],
    default: "pixel",
    description: "Directions: values of the image one by one, or its low frequencies.",
  },
  frequencies: {
    type: "number",
    default: 0.125,
    min: 0,
    max: 1,
    description: "Of a basis of frequencies, the share that is used along each side.",
  },
} as const;

/**
 * SimBA: takes a random direction of an orthonormal basis, none twice until all have had their turn, and goes a step along it
 * or, if that does not help, the other way; what lowers the probability of the true class, or raises that of the target,
 * stays. Costs one or two queries per direction.
 *
 * @see Guo et al.: "Simple black-box adversarial attacks", ICML 2019, arXiv 1905.07121; steps of 0.2 and an eighth of the
 * frequencies, as there. Points are brought into the ball, where the paper stops after so many steps
 */
export const simba: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/simba",
  version: "1.0.0",
  access: "score",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: { title: "Simple black-box adversarial attacks", url: "https://arxiv.org/abs/1905.07121" },
  queries: ({ queries }) => queries,
  loss: () => "cross-entropy",
  *search({ x, start = x, shape, eps, params, random }) {
    const basis: Basis = params.basis === "dct" ? cosines(shape, params.frequencies) : pixels(x.length);
    const step = parseLength(params.stepSize, eps);
    const first = yield { points: [start], inside: true };
    let [best, highest] = [first.points[0]!, first.values[0]!];
    let asked = 1;
    for (let round = 0; ; round++) {
      for (const place of random("order", round).permutation(basis.size)) {
        for (const sign of [1, -1]) {
          if (asked >= params.queries) return;
          const { points, values } = yield { points: [basis.add(best, place, sign * step)], inside: true };
          asked += 1;
          if (!(values[0]! > highest)) continue;
          [best, highest] = [points[0]!, values[0]!];
          break;
        }
      }
    }
  },
});
