import type { AttackMaker } from "../contract/attack.ts";
import { defineSearch, type SearchSample } from "../contract/search.ts";
import { findStart, START, toBorder } from "./decision-start.ts";
import { addTimes, along, lengthOfVector, minus, unit } from "./vectors.ts";

const OWN = {
  steps: { type: "integer", default: 25_000, min: 1, description: "Steps at most." },
  around: {
    type: "number",
    default: 0.01,
    min: 0,
    description: "First step around the input, as a share of the distance.",
  },
  towards: {
    type: "number",
    default: 0.01,
    min: 0,
    description: "First step towards the input, as a share of the distance.",
  },
} as const;

const PARAMS: typeof OWN & { readonly draws: typeof START } = { ...OWN, draws: START };

/**
 * The boundary attack: a random walk along the border of the class, from decisions alone. A step goes around the input, at
 * the same distance, and then towards it; it is made if the point still reaches the goal and is nearer. Both lengths adapt to
 * how often that works. A step costs one query, every tenth two.
 *
 * @see Brendel, Rauber, Bethge: "Decision-based adversarial attacks: reliable attacks against black-box machine learning
 * models", ICLR 2018, arXiv 1712.04248; constants as in Foolbox
 */
export const boundary: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/boundary",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "label",
  norms: ["l2"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Decision-based adversarial attacks: reliable attacks against black-box machine learning models",
    url: "https://arxiv.org/abs/1712.04248",
  },
  queries: ({ steps }) => 1.1 * steps,
  *search(sample) {
    const { params } = sample;
    const start = yield* findStart(sample, params.draws);
    if (start === undefined) return;
    let best = yield* toBorder(sample, start, 1e-3);
    let { around, towards } = params;
    let [aroundWorked, stepWorked] = [new Rate(100), new Rate(30)];
    for (let step = 1; step <= params.steps && towards > CONVERGED; step++) {
      const { side, candidate } = propose(sample, best, around, towards, step);
      const isReview = step % 10 === 0;
      const { values } = yield { points: isReview ? [candidate, side] : [candidate] };
      const distance = lengthOfVector(minus(best, sample.x));
      if (values[0] === 1 && lengthOfVector(minus(candidate, sample.x)) < distance) best = candidate;
      if (distance === 0) return;
      if (!isReview) continue;
      aroundWorked.add(values[1]!);
      stepWorked.add(values[0]!);
      const aroundFactor = aroundWorked.verdict(0.2, 0.5);
      if (aroundFactor !== 1) aroundWorked = new Rate(100);
      const stepFactor = stepWorked.verdict(0.1, 0.25);
      if (stepFactor !== 1) stepWorked = new Rate(30);
      around *= aroundFactor;
      towards *= aroundFactor * stepFactor;
    }
  },
});

const CONVERGED = 1e-7;
const ADAPTATION = 1.5;

/** A point at the same distance from the input, and from there one nearer to it. */
function propose(
  { x, bounds, random }: SearchSample<unknown>,
  best: Float32Array,
  around: number,
  towards: number,
  step: number,
): { readonly side: Float32Array; readonly candidate: Float32Array } {
  const away = minus(best, x);
  const distance = lengthOfVector(away);
  const outwards = unit(away);
  const aside = random("aside", step).normal(new Float32Array(x.length));
  addTimes(aside, -aside.reduce((sum, value, i) => sum + value * outwards[i]!, 0), outwards);
  const turned = away.slice();
  addTimes(turned, around * distance, unit(aside));
  const side = along(x, turned, 1 / Math.sqrt(1 + around ** 2), bounds);
  // Cutting at the box may have brought it nearer or farther.
  const now = lengthOfVector(minus(side, x));
  const length = Math.max(0, towards * distance + now - distance);
  return { side, candidate: along(side, minus(x, side), now === 0 ? 0 : length / now, bounds) };
}

/** How often something worked, of the last times. */
class Rate {
  readonly #results: number[] = [];
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  add(result: number): void {
    this.#results.push(result);
    if (this.#results.length > this.#length) this.#results.shift();
  }

  /** By what to multiply a step that works too rarely or too often. */
  verdict(tooRare: number, tooOften: number): number {
    if (this.#results.length < this.#length) return 1;
    const rate = this.#results.reduce((sum, each) => sum + each, 0) / this.#length;
    return rate > tooOften ? ADAPTATION : rate < tooRare ? 1 / ADAPTATION : 1;
  }
}
