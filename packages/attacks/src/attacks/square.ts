import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { defineAttack, type AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { perSampleLoss } from "../losses/index.ts";
import { bumpMoves, cornerMoves, drawsFrom, type SquareImage, type SquareMoves } from "./square-moves.ts";

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

type Context = RunContext<"score", ParamsOf<typeof PARAMS>>;

/** What is known of one sample. */
interface Search {
  readonly image: SquareImage;
  best: Float32Array;
  margin: number;
}

/**
 * Square Attack: random search by squares at random places, smaller and smaller ones, from scores alone. A change stays if
 * the margin rises. Each sample has its own squares, and they reach every row and column.
 *
 * @see Andriushchenko, Croce, Flammarion, Hein: "Square Attack: a query-efficient black-box adversarial attack via random
 * search", ECCV 2020, arXiv 1912.00049; L1 and the defaults as in AutoAttack
 */
export const square: AttackMaker<typeof PARAMS> = defineAttack({
  id: "kwta/square",
  version: "1.0.0",
  access: "score",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Square Attack: a query-efficient black-box adversarial attack via random search",
    url: "https://arxiv.org/abs/1912.00049",
  },
  async run(start) {
    const { restarts } = start.params;
    const moves = MOVES[start.threat.norm as keyof typeof MOVES];
    for (let i = 0; i < restarts; i++) {
      const { ctx } = start.with({ restart: start.restart * restarts + i, part: [i, restarts] }).narrow({});
      if (ctx.ids.length > 0) await search(ctx, moves);
    }
  },
});

const MOVES: Readonly<Record<"linf" | "l2" | "l1", SquareMoves>> = {
  linf: cornerMoves,
  l2: bumpMoves(2),
  l1: bumpMoves(1),
};

async function search(start: Context, moves: SquareMoves): Promise<void> {
  const { queries } = start.params;
  const searches = await begin(start);
  let ctx = start;
  for (let query = 0; query < queries && ctx.ids.length > 0; query++) {
    await ask(ctx, searches, (id, { image, best }) => {
      const draw = drawsFrom(ctx.random("square", id, query));
      return query === 0 ? moves.start(image, draw) : moves.change(image, best, shareAt(query, ctx.params), draw);
    });
    await ctx.tick((query + 1) / queries);
    ({ ctx } = ctx.narrow({}));
  }
}

async function begin({ x, ids, threat }: Context): Promise<ReadonlyMap<number, Search>> {
  const values = await x.data<"float32">();
  const size = x.size / ids.length;
  // What is no image is one column.
  const [height, width, channels] = x.rank === 4 ? x.shape.slice(1) : [size, 1, 1];
  const shape = { height: height!, width: width!, channels: channels!, bounds: threat.bounds };
  return new Map(
    Array.from(ids, (id, row) => {
      const clean = values.slice(row * size, (row + 1) * size);
      return [id, { image: { ...shape, clean, eps: threat.sizes[row]! }, best: clean, margin: -Infinity }];
    }),
  );
}

/** Asks about one point of each sample, and keeps those that are better. */
async function ask(
  { x, ids, goal, oracle, geometry, threat }: Context,
  searches: ReadonlyMap<number, Search>,
  propose: (id: number, search: Search) => Float32Array,
): Promise<void> {
  const size = x.size / ids.length;
  const proposed = new Float32Array(x.size);
  for (const [row, id] of ids.entries()) proposed.set(propose(id, searches.get(id)!), row * size);
  const [points, margins] = tf.tidy(() => {
    const inside = geometry.project(tf.tensor(proposed, x.shape), x, threat.eps, threat.bounds);
    return [inside, perSampleLoss("margin", goal)(oracle.logits(inside, ids))] as const;
  });
  try {
    const [values, found] = await Promise.all([points.data<"float32">(), margins.data<"float32">()]);
    for (const [row, id] of ids.entries()) {
      const each = searches.get(id)!;
      if (!(found[row]! > each.margin)) continue;
      each.margin = found[row]!;
      each.best = values.slice(row * size, (row + 1) * size);
    }
  } finally {
    points.dispose();
    margins.dispose();
  }
}

/** The share of the image that a square covers at a query, as in the authors' code. */
export function shareAt(
  query: number,
  { share, queries, rescale }: Pick<ParamsOf<typeof PARAMS>, "share" | "queries" | "rescale">,
): number {
  const at = rescale ? Math.floor((query * 10_000) / queries) : query;
  return share / 2 ** HALVED_AFTER.filter((turn) => at > turn).length;
}

const HALVED_AFTER = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];
