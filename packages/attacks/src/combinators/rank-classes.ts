import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "../contract/context.ts";
import { oneHot, ownScore } from "../losses/loss.ts";

/** The wrong classes of each sample, by its id, the most promising first. */
export type ClassRanking = (ctx: RunContext, count: number) => Promise<ReadonlyMap<number, readonly number[]>>;

/** By the model's scores at the inputs. Costs a query. */
export const rankByLogit: ClassRanking = async (ctx, count) => {
  const rows = await scoresOf(ctx);
  return new Map(
    rows.map((scores, row) => [ctx.ids[row]!, falling(scores, ctx.goal.labels[row]!).slice(0, count)] as const),
  );
};

/**
 * By how far the border to each class would be if the model were linear: `(z_y - z_t) / |gradient of z_t - z_y|` in the dual
 * norm, over the 100 classes of highest score. Costs a query, and a gradient for each of these classes.
 */
export const rankByDistance: ClassRanking = async (ctx, count) => {
  const rows = await scoresOf(ctx);
  const candidates = rows.map((scores, row) => falling(scores, ctx.goal.labels[row]!).slice(0, CANDIDATES));
  const distances = candidates.map(() => [] as number[]);
  for (let i = 0; i < candidates[0]!.length; i++) {
    const targets = Int32Array.from(candidates, (classes) => classes[i]!);
    const slopes = tf.tidy(() => {
      const difference = (logits: tf.Tensor2D): tf.Tensor1D => {
        const [own, other] = [ctx.goal.labels, targets].map((classes) => ownScore(logits, oneHot(classes, logits)));
        return tf.sub(other!, own!) as tf.Tensor1D;
      };
      return ctx.geometry.dual(ctx.oracle.lossAndGradient(ctx.x, ctx.ids, difference).gradient);
    });
    const sizes = await slopes.data<"float32">().finally(() => slopes.dispose());
    await ctx.tick(0);
    for (const [row, scores] of rows.entries()) {
      const gap = scores[ctx.goal.labels[row]!]! - scores[targets[row]!]!;
      // A class whose gradient vanishes looks infinitely far; it may as well be a flat spot right at the border.
      distances[row]!.push(sizes[row] === 0 ? 0 : gap / sizes[row]!);
    }
  }
  return new Map(
    candidates.map((classes, row) => {
      const order = [...classes.keys()].sort((a, b) => distances[row]![a]! - distances[row]![b]!);
      return [ctx.ids[row]!, order.slice(0, count).map((place) => classes[place]!)] as const;
    }),
  );
};

const CANDIDATES = 100;

async function scoresOf({ x, ids, oracle }: RunContext): Promise<Float32Array[]> {
  const logits = await oracle.logitsAsync(x, ids);
  const values = await logits.data<"float32">().finally(() => logits.dispose());
  const classes = values.length / ids.length;
  return Array.from(ids, (_, row) => values.subarray(row * classes, (row + 1) * classes));
}

/** All classes but one, the highest score first; of equal ones the first class. */
function falling(scores: Float32Array, but: number): number[] {
  const classes = [...scores.keys()].filter((each) => each !== but);
  return classes.sort((a, b) => scores[b]! - scores[a]! || a - b);
}
