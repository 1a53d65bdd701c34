import { multiTarget } from "../combinators/multi-target.ts";
import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { FAB, fab } from "./fab.ts";

const OWN = {
  targets: { type: "integer", default: 9, min: 1, description: "Classes to go for." },
} as const;

const PARAMS: typeof FAB & typeof OWN = { ...FAB, ...OWN };

/**
 * FAB-T of AutoAttack: FAB towards the border of one wrong class after the other, those of highest score. Any wrong class
 * counts. A step costs two forward and a backward pass, however many classes there are.
 *
 * @see Croce, Hein, ICML 2020, arXiv 2003.01690
 */
export const fabT: AttackMaker<typeof PARAMS> = definePreset({
  id: "kwta/fab-t",
  params: PARAMS,
  cite: {
    title: "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks",
    url: "https://arxiv.org/abs/2003.01690",
  },
  make: ({ targets, ...params }) => multiTarget(fab({ ...params, rivals: 1 }), { targets }),
});
