import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { randomLike } from "../contract/random-like.ts";
import { LOSS_NAMES, type LossName } from "../losses/index.ts";
import { NORMS } from "../norms/index.ts";
import type { Radius } from "../norms/norm.ts";
import { pickRows, spread, timesRadius } from "../norms/rows.ts";
import { apgdSchedule, type ApgdStep } from "./apgd-schedule.ts";

const PARAMS = {
  steps: { type: "integer", default: 100, min: 1, description: "Gradient steps per start." },
  loss: {
    type: "choice",
    choices: LOSS_NAMES as readonly LossName[],
    default: "cross-entropy",
    description: "What is maximised.",
  },
  rho: {
    type: "number",
    default: 0.75,
    min: 0,
    max: 1,
    description: "Steps are halved where the loss rose in no more than this share of a window.",
  },
  restarts: { type: "integer", default: 1, min: 1, description: "Starts, each on the samples that still stand." },
} as const;

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;

/**
 * Auto-PGD: momentum, and steps that need no tuning. They begin at twice eps and are halved, sample by sample, at
 * checkpoints where the loss did not rise often enough; then the sample goes on from its best point. In L1 a step moves only
 * the values of largest gradient, fewer and fewer of them, and the ball shrinks from three times eps.
 *
 * @see Croce, Hein: "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks",
 * ICML 2020, arXiv 2003.01690; "Mind the box", ICML 2021, arXiv 2103.01208, for L1. Rules as in AutoAttack's code, but at
 * the first checkpoint the first loss is held against that of the start, not against 0. In L1 a phase begins with a fifth of
 * the values, those at a wall of the box are not counted among them, and their number is rounded, where AutoAttack rounds up
 * and so never gets from two values to one
 */
export const apgd: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/apgd",
  version: "1.0.0",
  access: "gradient",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks",
    url: "https://arxiv.org/abs/2003.01690",
  },
  steps: ({ steps }) => steps,
  restarts: (params) => params.restarts,
  init: (ctx) => stateAt(ctx, ctx.start ?? randomStart(ctx, ballAt(ctx, 0))),
  step(ctx, state, t) {
    const { checkpoint, phase } = planOf(ctx)[t]!;
    const eps = ballAt(ctx, t);
    const isFirst = phase !== undefined;
    const here = isFirst && t > 0 ? stateAt(ctx, project(ctx, state.best, eps)) : state;
    const { loss, gradient } = ctx.oracle.lossAndGradient(here.x, ctx.ids, ctx.params.loss);
    const seen = isFirst ? firstLook(ctx, here, loss, gradient, eps) : look(here, loss, gradient);
    const reviewed = checkpoint === undefined ? seen : review(ctx, seen, checkpoint, eps);
    return move(ctx, reviewed, eps, isFirst);
  },
});

/** Points, and one number per sample of everything else. */
type ApgdState = Readonly<Record<PointKey | NumberKey, tf.Tensor>>;

/** Where the sample is, where it was before, and its point of highest loss. */
type PointKey = "x" | "old" | "best" | "bestGradient";

/**
 * The loss here and at the best point; the length of a step; how often the loss rose since the last checkpoint, the best
 * loss then, and whether the step was halved there. In L1, the share of the values that a step moves, and how many the best
 * point had moved at the last checkpoint.
 */
type NumberKey = "loss" | "bestLoss" | "step" | "rises" | "lossBefore" | "wasHalved" | "share" | "moved";

/** A state whose point has been looked at. */
type Seen = ApgdState & { readonly gradient: tf.Tensor };

const plans = new Map<string, readonly ApgdStep[]>();

function planOf({ params: { steps }, threat: { norm } }: Context): readonly ApgdStep[] {
  const key = `${steps} ${norm}`;
  const plan = plans.get(key) ?? apgdSchedule(steps, norm);
  plans.set(key, plan);
  return plan;
}

function ballAt(ctx: Context, t: number): Radius {
  return timesRadius(ctx.threat.eps, planOf(ctx)[t]!.scale);
}

function project({ x, geometry, threat }: Context, points: tf.Tensor, eps: Radius): tf.Tensor {
  return geometry.project(points, x, eps, threat.bounds);
}

/** A random point of the surface of the ball; in L1 the point of the ball nearest to Gaussian noise. */
function randomStart(ctx: Context, eps: Radius): tf.Tensor {
  const { x, geometry, threat } = ctx;
  if (threat.norm === "l1") {
    const noise = randomLike(ctx, "start", (random, out) => random.normal(out));
    return project(ctx, tf.add(x, noise), eps);
  }
  const inside = randomLike(ctx, "start", (random, out) => geometry.randomInBall(random, out, 1, threat.bounds));
  const direction = tf.div(inside, spread(geometry.distance(inside), x));
  return project(ctx, tf.add(x, tf.mul(direction, eps)), eps);
}

function stateAt({ ids }: Context, x: tf.Tensor): ApgdState {
  const zero = tf.zeros([ids.length]);
  const low = tf.sub(zero, Infinity);
  const points = { x, old: x, best: x, bestGradient: x };
  const counts = { rises: zero, wasHalved: zero, share: zero, moved: zero };
  return { ...points, ...counts, bestLoss: low, loss: low, lossBefore: low, step: zero };
}

function firstLook(ctx: Context, state: ApgdState, loss: tf.Tensor, gradient: tf.Tensor, eps: Radius): Seen {
  const size = ctx.x.size / ctx.ids.length;
  return {
    ...state,
    gradient,
    bestGradient: gradient,
    loss,
    bestLoss: loss,
    lossBefore: loss,
    // So that the first checkpoint does not ask whether the best loss has risen.
    wasHalved: tf.onesLike(loss),
    step: largestStep(ctx, eps),
    share: tf.add(tf.zerosLike(loss), FIRST_SHARE),
    moved: tf.add(tf.zerosLike(loss), size),
  };
}

function look(state: ApgdState, loss: tf.Tensor, gradient: tf.Tensor): Seen {
  const isBest = tf.greater(loss, state.bestLoss);
  return {
    ...state,
    gradient,
    loss,
    rises: tf.add(state.rises, tf.cast(tf.greater(loss, state.loss), "float32")),
    best: pickRows(isBest, state.x, state.best),
    bestGradient: pickRows(isBest, gradient, state.bestGradient),
    bestLoss: tf.where(isBest, loss, state.bestLoss),
  };
}

/** A checkpoint: halves steps that do not get on, and sets those samples back to their best points. */
function review(ctx: Context, state: Seen, window: number, eps: Radius): Seen {
  const reset = { rises: tf.zerosLike(state.rises), lossBefore: state.bestLoss };
  if (ctx.threat.norm === "l1") return { ...reviewL1(ctx, state, eps), ...reset };
  const oscillates = tf.lessEqual(state.rises, window * ctx.params.rho);
  const stands = tf.logicalAnd(tf.equal(state.wasHalved, 0), tf.greaterEqual(state.lossBefore, state.bestLoss));
  const isHalved = tf.logicalOr(oscillates, stands);
  const step = tf.where(isHalved, tf.div(state.step, 2), state.step);
  return { ...backToBest(state, isHalved), ...reset, step, wasHalved: tf.cast(isHalved, "float32") };
}

/** In L1 the number of values that the best point moves says whether the search is still finding fewer. */
function reviewL1(ctx: Context, state: Seen, eps: Radius): Seen {
  const count = ctx.x.size / ctx.ids.length;
  const moved = NORMS.l0.distance(tf.sub(state.best, ctx.x));
  const isSparser = tf.less(tf.div(moved, state.moved), 0.95);
  const largest = largestStep(ctx, eps);
  const smaller = tf.maximum(tf.div(state.step, L1_SHRINK), tf.div(largest, L1_LEAST));
  return {
    ...backToBest(state, isSparser),
    step: tf.where(isSparser, largest, smaller),
    share: tf.div(moved, L1_SHRINK * count),
    moved,
  };
}

function backToBest(state: Seen, which: tf.Tensor): Seen {
  return {
    ...state,
    x: pickRows(which, state.best, state.x),
    gradient: pickRows(which, state.bestGradient, state.gradient),
  };
}

function move(ctx: Context, { gradient, ...state }: Seen, eps: Radius, isFirst: boolean): ApgdState {
  const { geometry, threat } = ctx;
  const { x, old } = state;
  const share = state.share as tf.Tensor1D;
  const direction = geometry.steepest(gradient, { at: { x, bounds: threat.bounds }, share });
  const target = project(ctx, tf.add(x, tf.mul(direction, spread(state.step, x))), eps);
  if (isFirst || threat.norm === "l1") return { ...state, x: target, old: x };
  const [ahead, momentum] = [tf.mul(tf.sub(target, x), MOMENTUM), tf.mul(tf.sub(x, old), 1 - MOMENTUM)];
  return { ...state, x: project(ctx, tf.add(x, tf.add(ahead, momentum)), eps), old: x };
}

function largestStep({ ids, threat: { norm } }: Context, eps: Radius): tf.Tensor {
  const size = tf.mul(tf.ones([ids.length]), typeof eps === "number" ? eps : tf.reshape(eps, [-1]));
  return norm === "l1" ? size : tf.mul(size, 2);
}

const MOMENTUM = 0.75;
const FIRST_SHARE = 0.2;
const L1_SHRINK = 1.5;
const L1_LEAST = 10;
