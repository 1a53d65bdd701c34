import type { ParamsOf } from "@kwta/core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineSearch } from "../contract/search.ts";
import { bumpMoves, cornerMoves, drawsFrom, type SquareMoves } from "./square-moves.ts";

const PARAMS = {
  queries: { type: "integer", default: 5000, min: 1, description: "Queries per start." },
  share: {
    type: "number",
    default: 0.8,
    min: 0,
    max: 1,
    description: "Share of the image that the first square covers.",
  },
  rescale: {
    type: "boolean",
    default: false,
    description:
      "Whether the squares' schedule, which is made for 10,000 queries, is stretched to the number of queries.",
  },
  restarts: { type: "integer", default: 1, min: 1, description: "Starts, each on the samples that still stand." },
} as const;

/**
 * Square Attack: random search by squares at random places, smaller and smaller ones, from scores alone. A change stays if
 * the margin rises. Each sample has its own squares, and they reach every row and column.
 *
 * @see Andriushchenko, Croce, Flammarion, Hein: "Square Attack: a query-efficient black-box adversarial attack via random
 * search", ECCV 2020, arXiv 1912.00049; L1 and the defaults as in AutoAttack
 */
export const square: AttackMaker<typeof PARAMS> = defineSearch({
  id: "kwta/square",
  version: "1.1.0",
  access: "score",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Square Attack: a query-efficient black-box adversarial attack via random search",
    url: "https://arxiv.org/abs/1912.00049",
  },
  queries: ({ queries }) => queries,
  restarts: ({ restarts }) => restarts,
  *search({ x, start, shape, norm, eps, bounds, params, random }) {
    const [height, width, channels] = shape;
    const image = { clean: x, height, width, channels, eps, bounds };
    const moves = MOVES[norm as keyof typeof MOVES];
    let [best, highest] = [x, -Infinity];
    for (let query = 0; query < params.queries; query++) {
      const draw = drawsFrom(random("square", query));
      const point =
        query === 0 ? (start ?? moves.start(image, draw)) : moves.change(image, best, shareAt(query, params), draw);
      const { points, values } = yield { points: [point], inside: true };
      if (values[0]! > highest) [best, highest] = [points[0]!, values[0]!];
    }
  },
});

const MOVES: Readonly<Record<"linf" | "l2" | "l1", SquareMoves>> = {
  linf: cornerMoves,
  l2: bumpMoves(2),
  l1: bumpMoves(1),
};

/** The share of the image that a square covers at a query, as in the authors' code. */
export function shareAt(
  query: number,
  { share, queries, rescale }: Pick<ParamsOf<typeof PARAMS>, "share" | "queries" | "rescale">,
): number {
  const at = rescale ? Math.floor((query * 10_000) / queries) : query;
  return share / 2 ** HALVED_AFTER.filter((turn) => at > turn).length;
}

const HALVED_AFTER = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];
