import { parseLength } from "@kwta/core";
import type { AttackMaker } from "../contract/attack.ts";
import { askMany, defineSearch } from "../contract/search.ts";
import { CoordinateAdam } from "./coordinate-adam.ts";
import { addTimes } from "./vectors.ts";

const PARAMS = {
  steps: { type: "integer", default: 100, min: 1, description: "Gradient steps." },
  samples: { type: "integer", default: 128, min: 2, description: "Queries per gradient, in pairs." },
  delta: {
    type: "length",
    default: 0.01,
    description: "How far the queries of a pair lie from the point, in each value.",
  },
  learningRate: { type: "length", default: 0.01, description: "Adam's learning rate." },
} as const;

/**
 * SPSA: Adam along a gradient of the margin that is estimated from scores, by pairs of points on both sides, in directions
 * of random signs. The estimate is taken at the iterate; its points may leave ball and box. A step costs `samples` queries
 * and one at the iterate.
 *
 * @see Uesato et al.: "Adversarial risk and the dangers of evaluating against weak attacks", ICML 2018, arXiv 1802.05666;
 * 128 samples, delta and learning rate of 0.01, as in CleverHans and advertorch
 */
export const spsa: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/spsa",
  version: "1.0.0",
  access: "score",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Adversarial risk and the dangers of evaluating against weak attacks",
    url: "https://arxiv.org/abs/1802.05666",
  },
  queries: ({ steps, samples }) => steps * (samples + 1),
  *search({ x, start = x, eps, params, random }) {
    const [delta, rate] = [parseLength(params.delta, eps), parseLength(params.learningRate, eps)];
    const pairs = Math.ceil(params.samples / 2);
    const adam = new CoordinateAdam(x.length);
    let point = start;
    for (let t = 0; t <= params.steps; t++) {
      const { points } = yield { points: [point], inside: true };
      if (t === params.steps) return;
      const here = points[0]!;
      const sum = new Float32Array(x.length);
      const signsOf = (pair: number): Float32Array =>
        random(`pair ${pair}`, t)
          .uniform(new Float32Array(x.length), -1, 1)
          .map((value) => (value < 0 ? -1 : 1));
      let signs: Float32Array = x;
      yield* askMany(
        2 * pairs,
        (i) => {
          if (i % 2 === 0) signs = signsOf(i / 2);
          return here.map((value, j) => value + (i % 2 === 0 ? delta : -delta) * signs[j]!);
        },
        // What the two of a pair have in common adds up to nothing.
        (value, _, asked) =>
          addTimes(
            sum,
            value,
            asked.map((each, j) => Math.sign(each - here[j]!)),
          ),
      );
      point = here.map((value, i) => value + rate * adam.step(i, sum[i]! / (2 * pairs * delta)));
    }
  },
});
