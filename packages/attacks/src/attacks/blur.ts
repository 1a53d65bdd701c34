import type { AttackMaker } from "../contract/attack.ts";
import { defineSearch } from "../contract/search.ts";
import { blurMap, throughMaps } from "../images/separable.ts";
import { HALVINGS, weakest } from "./weakest.ts";

const PARAMS = {
  sigma: {
    type: "number",
    default: 1,
    min: 0,
    description: "The largest width of the Gaussian, as a share of the longer side.",
  },
  steps: { type: "integer", default: 100, min: 1, description: "Widths that are tried before bisection." },
} as const;

/**
 * Gaussian blur, a baseline: as little as does it. Images go on beyond their edges as in a mirror. Costs `steps` queries and
 * 12.
 *
 * @see Foolbox, `blur.py`
 */
export const blur: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/blur",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "label",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted"],
  stochastic: false,
  params: PARAMS,
  queries: ({ steps }) => steps + HALVINGS,
  *search({ x, shape, params }) {
    const [height, width] = shape;
    const largest = params.sigma * Math.max(height, width);
    const blurred = (strength: number): Float32Array =>
      throughMaps(x, shape, blurMap(height, strength * largest), blurMap(width, strength * largest));
    yield* weakest(blurred, params.steps);
  },
});
