import type { Params } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { pickRows, spread } from "../norms/rows.ts";
import { nearestBorder, RIVALS, rivalsOf } from "./nearest-border.ts";
import { intoBox, rangeOf } from "./whole-box.ts";

const STEPS = {
  steps: { type: "integer", default: 50, min: 1, description: "Steps at most." },
  overshoot: { type: "number", default: 0.02, min: 0, description: "By which share a step goes beyond the border." },
} as const;

/** Of DeepFool and what is built on it. */
export const DEEPFOOL: typeof STEPS & typeof RIVALS = { ...STEPS, ...RIVALS };

/** Points, the classes that they may end in, and whether they do already. */
export type DeepFoolState = Readonly<Record<"x" | "rivals" | "isThere", tf.Tensor>>;

/**
 * DeepFool: steps over the border that is nearest if the model is linear, until a sample is over it in truth; then it
 * leaves.
 *
 * Costs a step, for r rivals: r + 1 forward and r backward passes; few steps are needed. For a target, r is 1.
 *
 * @see Moosavi-Dezfooli, Fawzi, Frossard, CVPR 2016, arXiv 1511.04599, algorithm 2; the rivals stay those of the input, as in
 * the authors' code. For a target the border is where it takes the lead
 */
export const deepfool: AttackMaker<typeof DEEPFOOL> = defineIterative({
  id: "kwta/deepfool",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["linf", "l2"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: DEEPFOOL,
  cite: {
    title: "DeepFool: a simple and accurate method to fool deep neural networks",
    url: "https://arxiv.org/abs/1511.04599",
  },
  steps: ({ steps }) => steps,
  init: (ctx) => deepfoolStart(ctx, ctx.start ?? ctx.x, ctx.params.rivals),
  step: (ctx, state) => deepfoolStep(ctx, state, ctx.params.overshoot),
  done: (_ctx, { isThere }) => isThere,
});

/** The state before the first step. */
export function deepfoolStart(ctx: RunContext<"gradient", Params>, x: tf.Tensor, rivals: number): DeepFoolState {
  return { x, rivals: rivalsOf(ctx, rivals), isThere: tf.zeros([ctx.ids.length]) };
}

/** A step of every row that is not there yet. */
export function deepfoolStep(
  ctx: RunContext<"gradient", Params>,
  { x, rivals, isThere: before }: DeepFoolState,
  overshoot: number,
): DeepFoolState {
  const { ids, oracle, geometry } = ctx;
  const { gap, slope } = nearestBorder(ctx, x, rivals);
  const border = tf.add(tf.div(tf.abs(gap), tf.maximum(geometry.dual(slope), 1e-6)), 1e-4 * rangeOf(ctx));
  const move = tf.mul(geometry.steepest(slope), spread(tf.mul(border, 1 + overshoot), x));
  const next = intoBox(ctx, pickRows(before, x, tf.add(x, move)));
  return { x: next, rivals, isThere: tf.maximum(before, isAdversarial(ctx, oracle.logits(next, ids))) };
}
