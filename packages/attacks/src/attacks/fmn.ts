import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { NORMS } from "../norms/index.ts";
import { canMove } from "../norms/top-share.ts";
import { perSample, pickRows, spread } from "../norms/rows.ts";
import { annealed, farthest, intoBox, rangeOf } from "./whole-box.ts";

const PARAMS = {
  steps: { type: "integer", default: 100, min: 1, description: "Gradient steps." },
  stepSize: {
    type: "number",
    default: 1,
    min: 0,
    description: "L2 length of the first step, as a share of the data range; the last one has 1 % of it.",
  },
  gamma: {
    type: "number",
    default: 0.05,
    min: 0,
    max: 1,
    description: "By which share the ball shrinks or grows after the first step.",
  },
  overshoot: {
    type: "number",
    default: 0.02,
    min: 0,
    description: "How much farther than to the border the ball reaches before the first adversarial point.",
  },
  lastGamma: { type: "number", default: 0.001, min: 0, max: 1, description: "The same after the last step." },
} as const;

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;

/**
 * FMN, fast minimum norm: steps along the gradient of the margin, each back into a ball around the input that shrinks where
 * the point was adversarial and grows where it was not. Before the first adversarial point the ball reaches to the border
 * as the linearised model has it, and somewhat beyond, since a point that lies on the border is not over it. (As published
 * it ends there, `overshoot: 0`, and on nearly linear models may not get over.) Until then values that are at a wall of the
 * box count for nothing, since they bring the border no nearer. Step and ball change less and less, along half a wave.
 * Points are brought back to the nearest one of ball and box together, not first into one and then into the other: in L1
 * that alone reaches some samples.
 *
 * Costs a forward and a backward pass a step, and one forward pass.
 *
 * @see Pintor, Roli, Brendel, Biggio: "Fast minimum-norm adversarial attacks through adaptive norm constraints", NeurIPS
 * 2021, arXiv 2102.12827, algorithm 1
 */
export const fmn: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/fmn",
  version: "1.1.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["linf", "l2", "l1", "l0"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PARAMS,
  cite: {
    title: "Fast minimum-norm adversarial attacks through adaptive norm constraints",
    url: "https://arxiv.org/abs/2102.12827",
  },
  steps: ({ steps }) => steps,
  init(ctx) {
    const first = ctx.threat.norm === "l0" ? 1 : Infinity;
    return {
      x: ctx.start ?? ctx.x,
      size: perSample(ctx.ids.length, first),
      farthest: farthest(ctx),
      nearest: farthest(ctx),
      found: tf.zeros([ctx.ids.length]),
    };
  },
  step(ctx, state, t) {
    const { x: clean, ids, oracle, geometry, params } = ctx;
    const { x, farthest: most } = state;
    const { loss, logits, gradient } = oracle.lossAndGradient(x, ids, "margin");
    const wave = annealed(t, params.steps);
    const gamma = params.lastGamma + (params.gamma - params.lastGamma) * wave;
    const look = { isThere: isAdversarial(ctx, logits), distance: geometry.distance(tf.sub(x, clean)) };
    const found = tf.maximum(state.found, look.isThere);
    const nearest = tf.where(tf.cast(look.isThere, "bool"), tf.minimum(state.nearest, look.distance), state.nearest);
    // Once all have been over the border, all that is left is to come nearer.
    const isOver = ids.every((id) => ctx.nearest(id) < Infinity);
    const free = isOver ? gradient : tf.mul(gradient, canMove(gradient, { x, bounds: ctx.threat.bounds }));
    const border = isOver ? undefined : wayToBorder(ctx, loss, free);
    const along = isOver ? gradient : pickRows(found, gradient, free);
    const size = nextSize(ctx, { ...look, size: state.size, farthest: most, nearest, found, border, gamma });
    const stepSize = params.stepSize * (0.01 + 0.99 * wave) * rangeOf(ctx);
    const moved = tf.add(x, tf.mul(NORMS.l2.steepest(along), stepSize));
    return {
      x: intoBox(ctx, geometry.project(moved, clean, spread(size, x), ctx.threat.bounds)),
      size,
      farthest: most,
      nearest,
      found,
    };
  },
});

/** How far the border is if the model is linear, and somewhat more, `[n]`. */
function wayToBorder({ geometry, params }: Context, loss: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
  return tf.div(tf.mul(tf.abs(loss), 1 + params.overshoot), tf.maximum(geometry.dual(gradient), TINY));
}

/** What the next ball depends on, `[n]`: sizes, and whether there is an adversarial point here or was one. */
interface Look {
  readonly size: tf.Tensor;
  readonly isThere: tf.Tensor;
  readonly found: tf.Tensor;
  readonly distance: tf.Tensor;
  readonly nearest: tf.Tensor;
  /** That of the farthest corner of the box. */
  readonly farthest: tf.Tensor;
  /** How far the border is; undefined where all rows have been beyond it. */
  readonly border: tf.Tensor | undefined;
  readonly gamma: number;
}

function nextSize(ctx: Context, look: Look): tf.Tensor {
  const { size, isThere, found, distance, nearest, farthest: most, border, gamma } = look;
  const [smaller, larger] = [tf.mul(size, 1 - gamma), tf.mul(size, 1 + gamma)];
  const here = tf.cast(isThere, "bool");
  if (ctx.threat.norm === "l0") {
    // By one value at least.
    const fewer = tf.minimum(tf.minimum(tf.sub(size, 1), tf.floor(smaller)), nearest);
    const more = tf.maximum(tf.add(size, 1), tf.floor(larger));
    return tf.minimum(tf.maximum(tf.where(here, fewer, more), 1), most);
  }
  const outside = border === undefined ? larger : tf.where(tf.cast(found, "bool"), larger, tf.add(distance, border));
  return tf.minimum(tf.where(here, tf.minimum(smaller, nearest), outside), most);
}

const TINY = 1e-12;
