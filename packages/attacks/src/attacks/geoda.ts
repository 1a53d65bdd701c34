import type { AttackMaker } from "../contract/attack.ts";
import { askMany, defineSearch, type Searching, type SearchSample } from "../contract/search.ts";
import { findStart, START, toBorder } from "./decision-start.ts";
import { addTimes, along, minus, sizeIn, unit } from "./vectors.ts";

const OWN = {
  queries: { type: "integer", default: 4000, min: 1, description: "Queries for the directions of all steps together." },
  steps: { type: "integer", default: 8, min: 1, description: "Steps." },
  ratio: {
    type: "number",
    default: 0.6,
    min: 0.01,
    max: 1,
    description: "Each step takes this power of -2/3 as many queries as the one before.",
  },
  sigma: {
    type: "number",
    default: 2e-4,
    min: 0,
    description: "Width of the Gaussian around the border, as a share of the box.",
  },
} as const;

const PARAMS: typeof OWN & { readonly draws: typeof START } = { ...OWN, draws: START };

/**
 * GeoDA: from decisions alone, taking the border for flat. Gaussian points around the point of the border that was found
 * last tell its normal; the next point is the nearest one that reaches the goal in the direction of the normal, or of its
 * signs in the maximum norm, from the input. Costs `queries` queries, and some tens per step.
 *
 * @see Rahmati et al.: "GeoDA: a geometric framework for black-box adversarial attacks", CVPR 2020, arXiv 2003.06468; widths
 * and numbers of queries as in the authors' code, in the whole image and not in its low frequencies
 */
export const geoda: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/geoda",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "label",
  norms: ["linf", "l2"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "GeoDA: a geometric framework for black-box adversarial attacks",
    url: "https://arxiv.org/abs/2003.06468",
  },
  queries: ({ queries, steps, draws }) => queries + draws + 30 * steps,
  *search(sample) {
    const { x, norm, params } = sample;
    const start = yield* findStart(sample, params.draws);
    if (start === undefined) return;
    let border = yield* toBorder(sample, start, PRECISION);
    const sum = new Float32Array(x.length);
    for (const [t, count] of queriesOf(params).entries()) {
      yield* addVotes(sample, border, count, t, sum);
      const normal = unit(sum);
      const next = yield* outwards(sample, norm === "linf" ? normal.map(Math.sign) : normal, border);
      if (next === undefined) continue;
      border = next;
      sum.fill(0);
    }
  },
});

const PRECISION = 1e-5;

/** How many queries each step takes. */
function queriesOf({ queries, steps, ratio }: Readonly<Record<"queries" | "steps" | "ratio", number>>): number[] {
  const shares = Array.from({ length: steps }, (_, t) => ratio ** ((-2 * t) / 3));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => Math.max(1, Math.round((queries * share) / total)));
}

/** Adds Gaussian directions around a point: those that reach the goal, less those that do not. */
function* addVotes(
  { x, bounds, params, random }: SearchSample<{ readonly sigma: number }>,
  point: Float32Array,
  count: number,
  t: number,
  sum: Float32Array,
): Searching<void> {
  const reach = params.sigma * (bounds.max - bounds.min);
  const free = { min: -Infinity, max: Infinity };
  yield* askMany(
    count,
    (i) => along(point, random(`around ${i}`, t).normal(new Float32Array(x.length)), reach, free),
    (value, _, asked) => addTimes(sum, value === 1 ? 1 : -1, minus(asked, point)),
  );
}

/** The nearest point in a direction from the input that reaches the goal, if there is one not much farther than the last. */
function* outwards(
  sample: SearchSample<unknown>,
  direction: Float32Array,
  last: Float32Array,
): Searching<Float32Array | undefined> {
  const { x, norm, bounds } = sample;
  const length = sizeIn(norm, minus(last, x)) / Math.max(sizeIn(norm, direction), Number.MIN_VALUE);
  for (let i = 0; i < MOST_DOUBLINGS; i++) {
    const point = along(x, direction, length * 2 ** i, bounds);
    const { values } = yield { points: [point] };
    if (values[0] === 1) return yield* toBorder(sample, point, PRECISION);
  }
  return undefined;
}

const MOST_DOUBLINGS = 6;
