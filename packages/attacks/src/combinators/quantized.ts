import * as tf from "@tensorflow/tfjs-core";
import { defineCombinator, type Combinator } from "../contract/combinator.ts";
import type { GradientOracle } from "../contract/oracle.ts";
import { gatherRows } from "../runtime/rows.ts";
import { runRound } from "./run-round.ts";

const PARAMS = {
  levels: {
    type: "integer",
    default: 256,
    min: 2,
    description: "How many values there are from end to end of the box.",
  },
} as const;

/**
 * Points that survive being stored as images of 8 bits: whatever point the attack asks about, the model is asked about the
 * next one on the grid, on the side of the input, so that no perturbation grows. Gradients are those at the grid point. Only
 * points of the grid can then succeed; values that move by less than a level stay those of the input.
 *
 * @example
 * ```ts
 * const attack = quantized(apgd);
 * ```
 */
export const quantized: Combinator<typeof PARAMS> = defineCombinator({
  id: "kwta/quantized",
  version: "1.0.0",
  params: PARAMS,
  async run(ctx, of) {
    const { x: clean, ids: all } = ctx;
    const rowOf = new Map(Array.from(all, (id, row) => [id, row]));
    const { min, max } = ctx.threat.bounds;
    const step = (max - min) / (ctx.params.levels - 1);
    const onGrid = (x: tf.Tensor, ids: Int32Array): tf.Tensor => {
      const center = gatherRows(
        clean,
        ids.map((id) => rowOf.get(id)!),
      );
      const levels = tf.div(tf.sub(x, min), step);
      const place = (level: tf.Tensor): tf.Tensor => tf.add(tf.mul(level, step), min);
      // What rounding has left just short of a level has reached it.
      const [below, above] = [place(tf.floor(tf.add(levels, SHORT))), place(tf.ceil(tf.sub(levels, SHORT)))];
      const nearer = tf.where(tf.greater(x, center), tf.maximum(below, center), tf.minimum(above, center));
      return tf.clipByValue(nearer, min, max);
    };
    const { labels, labelsAsync, logits, logitsAsync, lossAndGradient }: Partial<GradientOracle> = ctx.oracle;
    const onGridAsync = async <T>(x: tf.Tensor, ids: Int32Array, ask: (x: tf.Tensor) => Promise<T>): Promise<T> => {
      const points = tf.tidy(() => onGrid(x, ids));
      return ask(points).finally(() => points.dispose());
    };
    const oracle: Partial<GradientOracle> = {
      labels: (x, ids) => tf.tidy(() => labels!(onGrid(x, ids), ids)),
      labelsAsync: (x, ids) => onGridAsync(x, ids, (points) => labelsAsync!(points, ids)),
      ...(logits && { logits: (x, ids) => tf.tidy(() => logits(onGrid(x, ids), ids)) }),
      ...(logitsAsync && { logitsAsync: (x, ids) => onGridAsync(x, ids, (points) => logitsAsync(points, ids)) }),
      ...(lossAndGradient && {
        lossAndGradient: (x, ids, loss, options) =>
          tf.tidy(() => ({ ...lossAndGradient(onGrid(x, ids), ids, loss, options) })),
      }),
    };
    await runRound(ctx, of, [0, 1], { oracle });
  },
});

const SHORT = 1e-3;
