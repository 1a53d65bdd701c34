import { scaledCopies } from "../combinators/scaled-copies.ts";
import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { MOMENTUM } from "./momentum.ts";
import { ni } from "./ni.ts";

const OWN = {
  copies: { type: "integer", default: 5, min: 1, description: "Copies of the image, each half as bright as the last." },
} as const;

const PARAMS: typeof MOMENTUM & typeof OWN = { ...MOMENTUM, ...OWN };

/**
 * SI-NI-FGSM: the momentum iterative method with Nesterov's look ahead, on gradients that are means over scaled copies of
 * the image. A step costs `copies` gradients and a query.
 *
 * @see Lin et al.: "Nesterov accelerated gradient and scale invariance for adversarial attacks", ICLR 2020, arXiv 1908.06281
 */
export const si: AttackMaker<typeof PARAMS> = definePreset({
  id: "kwta/si",
  params: PARAMS,
  cite: {
    title: "Nesterov accelerated gradient and scale invariance for adversarial attacks",
    url: "https://arxiv.org/abs/1908.06281",
  },
  make: ({ copies, ...params }) => scaledCopies(ni(params), { copies }),
});
