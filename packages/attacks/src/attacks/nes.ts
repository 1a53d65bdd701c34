import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { gradientEstimate } from "./gradient-estimate.ts";

const PARAMS = {
  steps: { type: "integer", default: 40, min: 1, description: "Gradient steps." },
  samples: { type: "integer", default: 100, min: 2, description: "Queries per gradient, in pairs." },
  sigma: { type: "length", default: 0.01, description: "Width of the Gaussian." },
  stepSize: { type: "length", default: "0.1 eps", description: "Length of a step." },
} as const;

/**
 * NES: steepest steps along a gradient of the margin that is estimated from scores, by antithetic Gaussian sampling. A step
 * costs `samples` queries and one at the iterate.
 *
 * @see Ilyas et al.: "Black-box adversarial attacks with limited queries and information", ICML 2018, arXiv 1804.08598
 */
export const nes: AttackMaker<typeof PARAMS> = definePreset({
  id: "kwta/nes",
  params: PARAMS,
  cite: {
    title: "Black-box adversarial attacks with limited queries and information",
    url: "https://arxiv.org/abs/1804.08598",
  },
  make: ({ steps, samples, sigma, stepSize }) => gradientEstimate({ ladder: [[steps, samples]], sigma, stepSize }),
});
