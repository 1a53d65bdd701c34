import type { AttackMaker } from "../contract/attack.ts";
import { askMany, defineSearch, type Searching, type SearchSample } from "../contract/search.ts";
import { findStart, START, toBorder } from "./decision-start.ts";
import { addTimes, along, minus, sizeIn, unit } from "./vectors.ts";

const OWN = {
  steps: { type: "integer", default: 64, min: 1, description: "Steps." },
  firstQueries: {
    type: "integer",
    default: 100,
    min: 1,
    description: "Queries for the first direction; later ones take more, by the root of the step.",
  },
  mostQueries: { type: "integer", default: 10_000, min: 1, description: "Queries for one direction at most." },
  gamma: { type: "number", default: 1, min: 0, description: "How exactly the border is found; smaller is more exact." },
} as const;

const PARAMS: typeof OWN & { readonly draws: typeof START } = { ...OWN, draws: START };

/**
 * HopSkipJump: from decisions alone. At a point of the border, random points around it tell which way the border faces; a step
 * goes that way, as far as half the distance and halved until the goal is reached, and bisection leads back to the border.
 * Step t costs `firstQueries * sqrt(t)` queries and some tens.
 *
 * @see Chen, Jordan, Wainwright: "HopSkipJumpAttack: a query-efficient decision-based attack", 2020, arXiv 1904.02144;
 * constants as there
 */
export const hopSkipJump: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/hop-skip-jump",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "label",
  norms: ["linf", "l2"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "HopSkipJumpAttack: a query-efficient decision-based attack",
    url: "https://arxiv.org/abs/1904.02144",
  },
  queries: (params) => {
    let sum = params.draws;
    for (let t = 1; t <= params.steps; t++) sum += queriesAt(t, params) + 40;
    return sum;
  },
  *search(sample) {
    const { x, norm, bounds, params } = sample;
    const start = yield* findStart(sample, params.draws);
    if (start === undefined) return;
    const d = x.length;
    const precision = params.gamma / (norm === "linf" ? d * d : d * Math.sqrt(d));
    let point = yield* toBorder(sample, start, precision);
    for (let t = 1; t <= params.steps; t++) {
      const distance = sizeIn(norm, minus(point, x));
      if (distance === 0) return;
      const reach =
        t === 1 ? 0.1 * (bounds.max - bounds.min) : (norm === "linf" ? d : Math.sqrt(d)) * precision * distance;
      const normal = yield* facing(sample, point, reach, t);
      const direction = norm === "linf" ? normal.map(Math.sign) : normal;
      const ahead = yield* jump(sample, point, direction, distance / Math.sqrt(t));
      point = yield* toBorder(sample, ahead, precision);
    }
  },
});

type Sample = SearchSample<{ readonly firstQueries: number; readonly mostQueries: number }>;

function queriesAt(t: number, { firstQueries, mostQueries }: Sample["params"]): number {
  return Math.floor(Math.min(firstQueries * Math.sqrt(t), mostQueries));
}

/**
 * Which way the goal lies: the mean of the directions around a point, those that reach the goal less the others, each counted
 * by how far it differs from the mean answer.
 */
function* facing(
  { x, norm, bounds, params, random }: Sample,
  point: Float32Array,
  reach: number,
  t: number,
): Searching<Float32Array> {
  const count = queriesAt(t, params);
  const [voted, all] = [new Float32Array(x.length), new Float32Array(x.length)];
  let votes = 0;
  yield* askMany(
    count,
    (i) => {
      const stream = random(`around ${i}`, t);
      const noise = new Float32Array(x.length);
      return along(point, unit(norm === "linf" ? stream.uniform(noise, -1, 1) : stream.normal(noise)), reach, bounds);
    },
    (value, _, asked) => {
      const vote = value === 1 ? 1 : -1;
      // What the box left of it.
      const move = minus(asked, point);
      votes += vote;
      addTimes(voted, vote, move);
      addTimes(all, 1, move);
    },
  );
  // Where all agree, the mean answer tells nothing, and all count.
  if (Math.abs(votes) < count) addTimes(voted, -votes / count, all);
  return unit(voted);
}

/** The point in a direction at this length, halved until the goal is reached. */
function* jump(
  { bounds }: Sample,
  point: Float32Array,
  direction: Float32Array,
  length: number,
): Searching<Float32Array> {
  for (let i = 0; i < MOST_HALVINGS; i++) {
    const ahead = along(point, direction, length / 2 ** i, bounds);
    const { values } = yield { points: [ahead] };
    if (values[0] === 1) return ahead;
  }
  return point;
}

const MOST_HALVINGS = 30;
