import * as tf from "@tensorflow/tfjs-core";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import type { RunContext } from "../contract/context.ts";
import { lengthOf } from "../contract/length.ts";
import type { GradientOracle } from "../contract/oracle.ts";
import { goalOf } from "../losses/goal.ts";
import { perSampleLoss } from "../losses/index.ts";
import { spread } from "../norms/rows.ts";
import { gatherRows } from "../runtime/rows.ts";
import { needsGradients, turnsOf } from "./detours.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  samples: { type: "integer", default: 100, min: 2, description: "Queries per gradient, in pairs." },
  sigma: {
    type: "length",
    default: "0.25 eps",
    description: "How far the queries of a pair lie from the point, in each value.",
  },
  directions: {
    type: "choice",
    choices: ["gaussian", "signs"],
    default: "gaussian",
    description: "Random numbers of a direction: normal (NES) or signs (SPSA).",
  },
} as const;

/**
 * Any gradient attack from scores alone: gradients are estimated by pairs of points on both sides of the point, in random
 * directions of the sample's own. They are those of the loss smoothed over `sigma`, so that it also helps where a model's own
 * gradient is of no use. A gradient costs `samples` queries and one at the point.
 *
 * All points of a step are kept until it is done; where memory is short, attack smaller batches.
 *
 * @see Ilyas et al.: "Black-box adversarial attacks with limited queries and information", ICML 2018, arXiv 1804.08598;
 * Uesato et al.: "Adversarial risk and the dangers of evaluating against weak attacks", ICML 2018, arXiv 1802.05666
 *
 * @example
 * ```ts
 * const blackBox = estimatedGradient(apgd, { samples: 200 });
 * ```
 */
export const estimatedGradient: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/estimated-gradient",
  version: "1.0.0",
  access: "score",
  stochastic: true,
  params: PARAMS,
  check: (of) => needsGradients("estimatedGradient", of),
  run: (ctx, of) => runRound(ctx, of, [0, 1], { oracle: { lossAndGradient: estimating(ctx) } }),
});

/** In one call of the model. */
const PAIRS = 16;

type Context = RunContext<
  "gradient",
  { readonly samples: number; readonly sigma: number | string; readonly directions: string }
>;

function estimating(ctx: Context): GradientOracle["lossAndGradient"] {
  const { ids: all, goal, oracle, params, threat } = ctx;
  const rowOf = new Map(Array.from(all, (id, row) => [id, row]));
  const pairs = Math.ceil(params.samples / 2);
  return (x, ids, loss) =>
    tf.tidy(() => {
      const turns = turnsOf(ctx, ids);
      const rows = ids.map((id) => rowOf.get(id)!);
      const lossOf = typeof loss === "function" ? loss : perSampleLoss(loss, goalOf(goal, rows));
      const sigma = lengthOf(params.sigma, typeof threat.eps === "number" ? threat.eps : gatherRows(threat.eps, rows));
      const logits = oracle.logits(x, ids);
      let sum: tf.Tensor = tf.zerosLike(x);
      for (let from = 0; from < pairs; from += PAIRS) {
        sum = tf.tidy(() => {
          const directions = Array.from({ length: Math.min(PAIRS, pairs - from) }, (_, i) =>
            directionsOf(ctx, x, ids, turns, from + i),
          );
          const steps = directions.map((direction) => tf.mul(direction, sigma));
          const points = steps.flatMap((step) => [tf.add(x, step), tf.sub(x, step)]);
          const of = Int32Array.from(points.flatMap(() => [...ids]));
          const losses = tf
            .split(oracle.logits(tf.concat(points, 0), of), points.length)
            .map((each) => lossOf(each as tf.Tensor2D));
          const parts = directions.map((direction, i) =>
            tf.mul(direction, spread(tf.sub(losses[2 * i]!, losses[2 * i + 1]!), x)),
          );
          return tf.addN([sum, ...parts]);
        });
      }
      return { loss: lossOf(logits), logits, gradient: tf.div(sum, tf.mul(sigma, 2 * pairs)) };
    });
}

function directionsOf(
  { random, params }: Context,
  x: tf.Tensor,
  ids: Int32Array,
  turns: Int32Array,
  pair: number,
): tf.Tensor {
  const values = new Float32Array(x.size);
  const size = x.size / ids.length;
  for (const [row, id] of ids.entries()) {
    const stream = random(`pair ${pair}`, id, turns[row]);
    const part = values.subarray(row * size, (row + 1) * size);
    if (params.directions === "gaussian") stream.normal(part);
    else part.set(stream.uniform(part, -1, 1).map((value) => (value < 0 ? -1 : 1)));
  }
  return tf.tensor(values, x.shape);
}
