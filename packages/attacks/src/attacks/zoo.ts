import type { AttackMaker } from "../contract/attack.ts";
import { askMany, defineSearch, type Searching, type SearchSample } from "../contract/search.ts";
import { CoordinateAdam } from "./coordinate-adam.ts";
import { lengthOfVector, minus } from "./vectors.ts";

const PARAMS = {
  steps: { type: "integer", default: 1000, min: 1, description: "Steps for each weight of the margin." },
  coordinates: { type: "integer", default: 128, min: 1, description: "Values that a step moves." },
  searchSteps: { type: "integer", default: 9, min: 1, description: "Weights of the margin that are tried." },
  weight: { type: "number", default: 0.01, min: 0, description: "The first of them." },
  learningRate: { type: "number", default: 0.01, min: 0, description: "Adam's learning rate, as a share of the box." },
  delta: {
    type: "number",
    default: 1e-4,
    min: 0,
    description: "Half of the width of a difference, as a share of the box.",
  },
} as const;

/**
 * ZOO: the attack of Carlini and Wagner by coordinate descent. Each step moves some random values of the image by Adam, along
 * differences of scores on both sides, so as to lessen `|d|^2 + weight * max(0, -margin)`; the weight is found by
 * bisection. A step costs two queries for each value and one at the point; with the defaults a sample costs up to 2.3
 * million, so set a budget.
 *
 * @see Chen et al.: "ZOO: zeroth order optimization based black-box attacks to deep neural networks without training
 * substitute models", 2017, arXiv 1708.03999; constants as in the authors' code, in the image itself, not in tanh of it
 */
export const zoo: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/zoo",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "score",
  norms: ["l2"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title:
      "ZOO: zeroth order optimization based black-box attacks to deep neural networks without training substitute models",
    url: "https://arxiv.org/abs/1708.03999",
  },
  queries: ({ steps, coordinates, searchSteps }) => searchSteps * steps * (2 * coordinates + 1),
  *search(sample) {
    const { params } = sample;
    let [low, high, weight] = [0, Infinity, params.weight];
    for (let round = 0; round < params.searchSteps; round++) {
      const isBroken = yield* descend(sample, weight, round);
      if (isBroken) high = weight;
      else low = weight;
      weight = high === Infinity ? 10 * weight : (low + high) / 2;
    }
  },
});

type Sample = SearchSample<{
  readonly steps: number;
  readonly coordinates: number;
  readonly learningRate: number;
  readonly delta: number;
}>;

/** Tells whether an adversarial point was seen. */
function* descend({ x, start = x, bounds, params, random }: Sample, weight: number, round: number): Searching<boolean> {
  const range = bounds.max - bounds.min;
  const [rate, delta] = [params.learningRate * range, params.delta * range];
  const adam = new CoordinateAdam(x.length);
  const patience = Math.max(1, Math.floor(params.steps / 10));
  const point = start.slice();
  let [isBroken, before] = [false, Infinity];
  for (let t = 0; t < params.steps; t++) {
    const { values } = yield { points: [point.slice()] };
    const margin = values[0]!;
    isBroken ||= margin > 0;
    const loss = lengthOfVector(minus(point, x)) ** 2 + weight * Math.max(0, -margin);
    if (t % patience === 0) {
      // As in the authors' code: what does not get on is given up.
      if (loss > 0.9999 * before) break;
      before = loss;
    }
    const places = random(`places ${round}`, t).permutation(x.length).subarray(0, params.coordinates);
    const slopes = new Float32Array(places.length);
    yield* askMany(
      2 * places.length,
      (i) => {
        const moved = point.slice();
        moved[places[i >> 1]!]! += i % 2 === 0 ? delta : -delta;
        return moved;
      },
      (value, i) => (slopes[i >> 1]! += ((i % 2 === 0 ? 1 : -1) * Math.max(0, -value)) / (2 * delta)),
    );
    for (const [i, place] of places.entries()) {
      const slope = 2 * (point[place]! - x[place]!) + weight * slopes[i]!;
      const next = point[place]! - rate * adam.step(place, slope);
      point[place] = Math.min(bounds.max, Math.max(bounds.min, next));
    }
  }
  return isBroken;
}
