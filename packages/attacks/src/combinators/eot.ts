import * as tf from "@tensorflow/tfjs-core";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import { lengthOf } from "../contract/length.ts";
import { copyRows } from "../runtime/rows.ts";
import { byDetours, needsGradients, STRAIGHT, type Detour } from "./detours.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  draws: { type: "integer", default: 8, min: 1, description: "Gradients whose mean is taken." },
  sigma: {
    type: "length",
    default: 0,
    zero: true,
    description: "Width of the Gaussian noise that is added to the points; 0 for none.",
  },
} as const;

/**
 * Expectation over transformation: losses and gradients are means over several draws, of a model that answers at random, of
 * Gaussian noise on the points, which smooths a model whose gradient is rough, or of both. A gradient costs `draws`
 * gradients, and with noise a query, which asks about the point itself.
 *
 * @see Athalye et al.: "Synthesizing robust adversarial examples", ICML 2018, arXiv 1707.07397
 *
 * @example
 * ```ts
 * const smooth = adaptive(eot(apgd, { draws: 4, sigma: "0.25 eps" }), { backward: ["gate:0.2"] });
 * ```
 */
export const eot: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/eot",
  version: "1.0.0",
  params: PARAMS,
  stochastic: true,
  check: (of) => needsGradients("eot", of),
  async run(ctx, of) {
    const { draws, sigma } = ctx.params;
    const { eps } = ctx.threat;
    const width = lengthOf(sigma, eps);
    const rowOf = new Map(Array.from(ctx.ids, (id, row) => [id, row]));
    const noisy = (x: tf.Tensor, ids: Int32Array, turns: Int32Array, draw: number): Detour => {
      const values = new Float32Array(x.size);
      const size = x.size / ids.length;
      for (const [row, id] of ids.entries()) {
        ctx.random(`noise ${draw}`, id, turns[row]).normal(values.subarray(row * size, (row + 1) * size));
      }
      const wide =
        typeof width === "number"
          ? width
          : copyRows(
              width,
              ids.map((id) => rowOf.get(id)!),
            );
      return { ...STRAIGHT, to: (points) => tf.add(points, tf.mul(tf.tensor(values, x.shape), wide)) };
    };
    const lossAndGradient = byDetours(ctx, (x, ids, turns) =>
      Array.from({ length: draws }, (_, draw) => (width === 0 ? STRAIGHT : noisy(x, ids, turns, draw))),
    );
    try {
      await runRound(ctx, of, [0, 1], { oracle: { lossAndGradient } });
    } finally {
      if (typeof width !== "number") width.dispose();
    }
  },
});
