import type { Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { RunContext } from "../contract/context.ts";
import { oneHot, ownScore } from "../losses/loss.ts";
import { pickRows } from "../norms/rows.ts";

type Context = RunContext<"gradient", Params>;

/** Of attacks that linearise the model around each point. */
export const RIVALS = {
  rivals: {
    type: "integer",
    default: 9,
    min: 1,
    description: "Wrong classes whose borders are looked at, those of highest score at the input.",
  },
} as const;

/** The border that seems nearest, of each row. */
export interface Border {
  /** What is to be raised to 0, `[n]`: the score of the class beyond minus that of the class here. */
  readonly gap: tf.Tensor;
  /** Its gradient. */
  readonly slope: tf.Tensor;
}

/** The wrong classes of highest score, `[n, count]`; a goal with targets has but one rival. Costs a query. */
export function rivalsOf({ x, ids, oracle, goal }: Context, count: number): tf.Tensor2D {
  if (goal.kind === "targeted") return tf.tensor2d(goal.targets, [ids.length, 1], "int32");
  const logits = oracle.logits(x, ids);
  const own = oneHot(goal.labels, logits);
  const others = tf.where(own, tf.fill(logits.shape, -Infinity), logits);
  return tf.topk(others, Math.min(count, logits.shape[1] - 1)).indices as tf.Tensor2D;
}

/**
 * The border that is nearest if the model is linear: that of the smallest `|gap| / |slope|`, in the dual norm. Costs a
 * gradient for each rival.
 */
export function nearestBorder(ctx: Context, x: tf.Tensor, rivals: tf.Tensor): Border {
  const { ids, oracle, geometry } = ctx;
  let nearest: (Border & { readonly distance: tf.Tensor }) | undefined;
  for (let j = 0; j < rivals.shape[1]!; j++) {
    const { loss: gap, gradient: slope } = oracle.lossAndGradient(x, ids, gapTo(ctx, rivals, j));
    const distance = tf.div(tf.abs(gap), tf.maximum(geometry.dual(slope), TINY));
    if (nearest === undefined) {
      nearest = { gap, slope, distance };
      continue;
    }
    const isNearer = tf.less(distance, nearest.distance);
    nearest = {
      gap: tf.where(isNearer, gap, nearest.gap),
      slope: pickRows(isNearer, slope, nearest.slope),
      distance: tf.minimum(distance, nearest.distance),
    };
  }
  return nearest!;
}

function gapTo({ goal, success }: Context, rivals: tf.Tensor, j: number) {
  // Where the target alone counts, no other class may lead.
  if (success.kind === "targeted") return "margin";
  const classes = tf.slice(rivals, [0, j], [-1, 1]);
  return (logits: tf.Tensor2D): tf.Tensor1D => {
    const [rival, own] = [classes, goal.labels].map((each) => ownScore(logits, oneHot(each, logits)));
    return tf.sub(rival!, own!) as tf.Tensor1D;
  };
}

const TINY = 1e-12;
