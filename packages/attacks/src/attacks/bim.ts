import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { mim } from "./mim.ts";
import { MOMENTUM } from "./momentum.ts";

const OWN = {
  stepSize: { type: "length", default: "0.2 eps", description: "Length of a step." },
} as const;

const PARAMS: Pick<typeof MOMENTUM, "steps" | "loss"> & typeof OWN = {
  steps: MOMENTUM.steps,
  ...OWN,
  loss: MOMENTUM.loss,
};

/**
 * The basic iterative method: steepest steps along the gradient, from the input. A step costs one gradient. It is
 * the momentum iterative method without momentum.
 *
 * @see Kurakin, Goodfellow, Bengio: "Adversarial examples in the physical world", 2017, arXiv 1607.02533; ten steps of eps / 5,
 * as in Foolbox
 */
export const bim: AttackMaker<typeof PARAMS> = definePreset({
  id: "kwta/bim",
  params: PARAMS,
  cite: { title: "Adversarial examples in the physical world", url: "https://arxiv.org/abs/1607.02533" },
  make: (params) => mim({ ...params, decay: 0 }),
});
