import { inputDiversity } from "../combinators/input-diversity.ts";
import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { mim } from "./mim.ts";
import { MOMENTUM } from "./momentum.ts";

const OWN = {
  probability: {
    type: "number",
    default: 0.5,
    min: 0,
    max: 1,
    description: "How often an image is changed before its gradient is taken.",
  },
} as const;

const PARAMS: typeof MOMENTUM & typeof OWN = { ...MOMENTUM, ...OWN };

/**
 * M-DI-FGSM: the momentum iterative method with input diversity. A step costs one gradient and a query.
 *
 * @see Xie et al.: "Improving transferability of adversarial examples with input diversity", CVPR 2019, arXiv 1803.06978;
 * images shrink to between 90 and 100 % of their size, as in torchattacks
 */
export const di: AttackMaker<typeof PARAMS> = definePreset({
  id: "kwta/di",
  params: PARAMS,
  cite: {
    title: "Improving transferability of adversarial examples with input diversity",
    url: "https://arxiv.org/abs/1803.06978",
  },
  make: ({ probability, ...params }) => inputDiversity(mim(params), { probability }),
});
