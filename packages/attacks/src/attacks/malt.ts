import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { multiTarget } from "../combinators/multi-target.ts";
import { TARGETED } from "./apgd-t.ts";
import { apgd } from "./apgd.ts";

/**
 * MALT: targeted APGD for the classes whose borders are nearest if the model were linear around the input, in that order.
 * About five times as fast as AutoAttack at the same robust accuracy.
 *
 * @see Melamed, Yehudai, Vardi: "MALT powers up adversarial attacks", NeurIPS 2024, arXiv 2407.02240
 */
export const malt: AttackMaker<typeof TARGETED> = definePreset({
  id: "kwta/malt",
  params: TARGETED,
  cite: { title: "MALT powers up adversarial attacks", url: "https://arxiv.org/abs/2407.02240" },
  make: ({ steps, targets }) => multiTarget(apgd({ steps, loss: "dlr" }), { targets, order: "distance" }),
});
