import type { AttackMaker } from "../contract/attack.ts";
import { definePreset } from "../contract/preset.ts";
import { multiTarget } from "../combinators/multi-target.ts";
import { apgd } from "./apgd.ts";

/** Of attacks that go for several classes in turn. */
export const TARGETED = {
  steps: { type: "integer", default: 100, min: 1, description: "Gradient steps per class." },
  targets: { type: "integer", default: 9, min: 1, description: "Classes to go for." },
} as const;

/**
 * APGD-T of AutoAttack: APGD on the targeted difference of logits ratio, for the wrong classes of highest score in turn.
 *
 * @see Croce, Hein, ICML 2020, arXiv 2003.01690
 */
export const apgdT: AttackMaker<typeof TARGETED> = definePreset({
  id: "kwta/apgd-t",
  params: TARGETED,
  cite: {
    title: "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks",
    url: "https://arxiv.org/abs/2003.01690",
  },
  make: ({ steps, targets }) => multiTarget(apgd({ steps, loss: "dlr" }), { targets }),
});
