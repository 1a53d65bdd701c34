import type { AttackMaker } from "../contract/attack.ts";
import { defineSearch } from "../contract/search.ts";
import { HALVINGS, weakest } from "./weakest.ts";

const PARAMS = {
  target: {
    type: "number",
    default: 0.5,
    min: 0,
    max: 1,
    description: "The grey that is left in the end, as a share of the box.",
  },
  steps: { type: "integer", default: 20, min: 1, description: "Strengths that are tried before bisection." },
} as const;

/**
 * Less contrast, a baseline: every value moves towards one grey, all by the same share of their way, as little as does it.
 * Costs `steps` queries and 12. Attacks that are worth their name need far smaller changes.
 *
 * @see Foolbox, `contrast_min.py`
 */
export const contrast: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/contrast",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "label",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted"],
  stochastic: false,
  params: PARAMS,
  queries: ({ steps }) => steps + HALVINGS,
  *search({ x, bounds, params }) {
    const grey = bounds.min + params.target * (bounds.max - bounds.min);
    yield* weakest((strength) => x.map((value) => value + strength * (grey - value)), params.steps);
  },
});
