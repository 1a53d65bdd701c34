import { cascade } from "../combinators/cascade.ts";
import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { apgdT, TARGETED } from "./apgd-t.ts";
import { pma } from "./pma.ts";

/**
 * PMA+: the probability margin attack, then APGD-T on what still stands.
 *
 * @see Xie et al.: "Towards million-scale adversarial robustness evaluation with stronger individual attacks", 2024, arXiv
 * 2411.15210
 */
export const pmaPlus: AttackMaker<typeof TARGETED> = definePreset({
  id: "kwta/pma-plus",
  params: TARGETED,
  cite: {
    title: "Towards million-scale adversarial robustness evaluation with stronger individual attacks",
    url: "https://arxiv.org/abs/2411.15210",
  },
  make: ({ steps, targets }) => cascade(pma({ steps: Math.max(2, steps) }), apgdT({ steps, targets })),
});
