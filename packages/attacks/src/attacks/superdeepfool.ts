import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { defineAttack, type AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { disposeExcept } from "../contract/iterative.ts";
import { tickAndRead } from "../contract/tick-and-read.ts";
import { flatten, pickRows, spread } from "../norms/rows.ts";
import { replaceRows, rowsWhere } from "../runtime/rows.ts";
import { beginLoop } from "../runtime/snapshot/going-on.ts";
import { readState, tensorsOf } from "../runtime/snapshot/loop-state.ts";
import { DEEPFOOL, deepfoolStart, deepfoolStep } from "./deepfool.ts";
import { intoBox } from "./whole-box.ts";

const OWN = {
  rounds: { type: "integer", default: 10, min: 1, description: "Runs of DeepFool at most." },
  halvings: { type: "integer", default: 10, min: 0, description: "Halvings of the way back to the input, at the end." },
} as const;

const PARAMS: typeof OWN & typeof DEEPFOOL = { ...OWN, ...DEEPFOOL };

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;

/**
 * SuperDeepFool: of the perturbation that DeepFool finds, only the part along the gradient at its end is kept, since the
 * shortest way to a border is along its normal; where that does not reach, DeepFool goes on from there, and its part is
 * added. At the end the way is halved again and again for the point where it meets the border.
 *
 * Costs DeepFool's passes, and two forward and a backward pass, a round, mostly of few rounds; at the end a forward pass a
 * halving.
 *
 * @see Abdollahpoor, Sinaei, Moosavi-Dezfooli: "Revisiting DeepFool: generalization and improvement", 2023, arXiv 2303.12481,
 * algorithm 2
 */
export const superDeepfool: AttackMaker<typeof PARAMS> = defineAttack({
  id: "kwta/superdeepfool",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["l2"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PARAMS,
  cite: { title: "Revisiting DeepFool: generalization and improvement", url: "https://arxiv.org/abs/2303.12481" },
  async run(start) {
    const { rounds } = start.params;
    const loop = beginLoop(start);
    let state = loop?.kept && (tensorsOf(loop.kept.state) as { x: tf.Tensor });
    let ctx = state ? loop!.resume(start, state) : start.narrow({}).ctx;
    state ??= { x: tf.clone(ctx.start ?? ctx.x) };
    try {
      for (let round = loop?.kept?.step ?? 0; round < rounds && ctx.ids.length > 0; round++) {
        const crossed = await overBorder(ctx, state.x);
        const projected = tf.tidy(() => alongNormal(ctx, state!.x, crossed));
        crossed.dispose();
        state.x.dispose();
        state = { x: projected };
        const reached = tf.tidy(() => isAdversarial(ctx, ctx.oracle.logits(state!.x, ctx.ids)));
        const isThere = (await tickAndRead(ctx, (round + 1) / rounds, reached))!;
        await halve(ctx, state.x, isThere);
        ({ ctx, state } = ctx.narrow(state, isThere));
        await loop?.keep(ctx.ids, { round: 0, step: round + 1 }, state, readState);
      }
    } finally {
      state.x.dispose();
    }
  },
});

/** Where DeepFool leads from each point. */
async function overBorder(start: Context, from: tf.Tensor): Promise<tf.Tensor> {
  const { steps, overshoot, rivals } = start.params;
  const rowOf = new Map(Array.from(start.ids, (id, row) => [id, row]));
  let ctx = start.with({});
  let state = tf.tidy(() => deepfoolStart(ctx, tf.clone(from), rivals));
  let reached = tf.clone(from);
  try {
    for (let t = 0; t < steps && ctx.ids.length > 0; t++) {
      const next = tf.tidy(() => deepfoolStep(ctx, state, overshoot));
      disposeExcept(state, Object.values(next));
      state = next;
      const isThere = (await tickAndRead(ctx, 0, tf.clone(state.isThere)))!;
      const isLast = t + 1 === steps;
      const leaving = rowsWhere(ctx.ids.length, (row) => isLast || isThere[row] === 1);
      const sources = new Map(Array.from(leaving, (row) => [rowOf.get(ctx.ids[row]!)!, { x: state.x, row }]));
      const updated = replaceRows(reached, sources);
      reached.dispose();
      reached = updated;
      ({ ctx, state } = ctx.narrow(state, isThere));
    }
    return reached;
  } catch (error) {
    reached.dispose();
    throw error;
  } finally {
    disposeExcept(state, []);
  }
}

/** Adds the part of the perturbation that goes along the gradient at its end. */
function alongNormal(ctx: Context, from: tf.Tensor, end: tf.Tensor): tf.Tensor {
  const { x: clean, ids, oracle, geometry } = ctx;
  const normal = geometry.steepest(oracle.lossAndGradient(end, ids, "margin").gradient);
  const length = tf.sum(flatten(tf.mul(tf.sub(end, clean), normal)), 1);
  return intoBox(ctx, tf.add(from, tf.mul(normal, spread(length, end))));
}

/** Looks for the border between the input and the points that are there, and asks about what it finds. */
async function halve(start: Context, x: tf.Tensor, isThere: Float32Array): Promise<void> {
  if (!isThere.includes(1)) return;
  const full = { x: tf.clone(x), low: tf.zeros([x.shape[0]!]), high: tf.ones([x.shape[0]!]) };
  const narrowed = start.with({}).narrow(
    full,
    isThere.map((there) => 1 - there),
  );
  const { ctx } = narrowed;
  let { state } = narrowed;
  try {
    for (let i = 0; i < ctx.params.halvings && ctx.ids.length > 0; i++) {
      const next = tf.tidy(() => halving(ctx, state));
      disposeExcept(state, Object.values(next));
      state = next;
      await ctx.tick();
    }
  } finally {
    disposeExcept(state, []);
  }
}

function halving(ctx: Context, { x, low, high }: Readonly<Record<"x" | "low" | "high", tf.Tensor>>) {
  const middle = tf.div(tf.add(low, high), 2);
  const point = tf.add(ctx.x, tf.mul(tf.sub(x, ctx.x), spread(middle, x)));
  const isThere = isAdversarial(ctx, ctx.oracle.logits(intoBox(ctx, point), ctx.ids));
  return { x, low: pickRows(isThere, low, middle), high: pickRows(isThere, middle, high) };
}
