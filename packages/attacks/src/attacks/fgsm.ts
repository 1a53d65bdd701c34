import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { mim } from "./mim.ts";
import { MOMENTUM } from "./momentum.ts";

const PARAMS: Pick<typeof MOMENTUM, "loss"> = { loss: MOMENTUM.loss };

/**
 * The fast gradient sign method: one steepest step of length eps from the input, of signs in the maximum norm. Costs one
 * gradient and one query.
 *
 * @see Goodfellow, Shlens, Szegedy: "Explaining and harnessing adversarial examples", ICLR 2015, arXiv 1412.6572
 */
export const fgsm: AttackMaker<typeof PARAMS> = definePreset({
  id: "kwta/fgsm",
  params: PARAMS,
  cite: { title: "Explaining and harnessing adversarial examples", url: "https://arxiv.org/abs/1412.6572" },
  make: ({ loss }) => mim({ steps: 1, stepSize: "1 eps", loss }),
});
