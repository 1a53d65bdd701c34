import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { randomLike } from "../contract/random-like.ts";
import type { Norm } from "../norms/index.ts";
import { stepToPlane } from "../norms/plane.ts";
import { flatten, pickRows, spread } from "../norms/rows.ts";
import { nearestBorder, RIVALS, rivalsOf } from "./nearest-border.ts";
import { intoBox, rangeOf } from "./whole-box.ts";

/** Of FAB and its targeted form. */
export const FAB = {
  steps: { type: "integer", default: 100, min: 1, description: "Steps per start." },
  alphaMax: {
    type: "number",
    default: 0.1,
    min: 0,
    max: 1,
    description: "Largest weight of the step from the input, in place of that from the point.",
  },
  eta: { type: "number", default: 1.05, min: 1, description: "How much farther than to the border steps go." },
  beta: {
    type: "number",
    default: 0.9,
    min: 0,
    max: 1,
    description: "An adversarial point is drawn back to this share of its perturbation.",
  },
} as const;

const OWN = {
  restarts: {
    type: "integer",
    default: 1,
    min: 1,
    description: "Starts: the first at the input, the others at random points half as far as the nearest one found.",
  },
} as const;

const PARAMS: typeof FAB & typeof OWN & typeof RIVALS = { ...FAB, ...OWN, ...RIVALS };

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;
type PlaneNorm = Exclude<Norm, "l0">;

/**
 * FAB, fast adaptive boundary: the model is linearised at the point, point and input are both projected onto the nearest
 * border inside the box, and the next point lies between the two, somewhat beyond. Adversarial points are drawn back
 * towards the input.
 *
 * Costs a step, for r rivals: r + 1 forward and r backward passes.
 *
 * @see Croce, Hein: "Minimally distorted adversarial examples with a fast adaptive boundary attack", ICML 2020,
 * arXiv 1907.02044, algorithm 1; constants as in AutoAttack. For a target the border is where it takes the lead
 */
export const fab: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/fab",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["linf", "l2", "l1"],
  goals: ["untargeted", "targeted"],
  stochastic: true,
  params: PARAMS,
  cite: {
    title: "Minimally distorted adversarial examples with a fast adaptive boundary attack",
    url: "https://arxiv.org/abs/1907.02044",
  },
  steps: ({ steps }) => steps,
  restarts: ({ restarts }) => restarts,
  init: (ctx) => ({
    x: ctx.start ?? (ctx.restart === 0 ? ctx.x : randomPoint(ctx)),
    rivals: rivalsOf(ctx, ctx.params.rivals),
  }),
  step(ctx, { x, rivals }) {
    const { x: clean, ids, oracle, geometry, params, threat } = ctx;
    const norm = threat.norm as PlaneNorm;
    const { gap, slope } = nearestBorder(ctx, x, rivals);
    // What the linearised model says of the input.
    const gapThere = tf.add(gap, tf.sum(flatten(tf.mul(slope, tf.sub(clean, x))), 1));
    const here = stepToPlane(norm, x, { gap, slope }, threat.bounds);
    const there = stepToPlane(norm, clean, { gap: gapThere, slope }, threat.bounds);
    const [a, b] = [here, there].map((step) => tf.maximum(geometry.distance(step), 1e-8 * rangeOf(ctx)));
    const weight = spread(tf.minimum(tf.div(a!, tf.add(a!, b!)), params.alphaMax), x);
    const [fromHere, fromThere] = [tf.add(x, tf.mul(here, params.eta)), tf.add(clean, tf.mul(there, params.eta))];
    const point = intoBox(ctx, tf.add(tf.mul(fromHere, tf.sub(1, weight)), tf.mul(fromThere, weight)));
    const isThere = isAdversarial(ctx, oracle.logits(point, ids));
    const back = intoBox(ctx, tf.add(clean, tf.mul(tf.sub(point, clean), params.beta)));
    return { x: pickRows(isThere, back, point), rivals };
  },
});

/** Half as far from the input as the nearest adversarial point, or as is usual. */
function randomPoint(ctx: Context): tf.Tensor {
  const { x, ids, geometry, threat } = ctx;
  const most = USUAL[threat.norm as PlaneNorm] * rangeOf(ctx);
  const sizes = Float32Array.from(ids, (id, row) => Math.min(ctx.nearest(id), threat.sizes[row]!, most) / 2);
  const noise = randomLike(ctx, "start", (random, out) =>
    threat.norm === "linf" ? random.uniform(out, -1, 1) : random.normal(out),
  );
  const factor = tf.div(tf.tensor1d(sizes), geometry.distance(noise));
  return intoBox(ctx, tf.add(x, tf.mul(noise, spread(factor, x))));
}

/** As in AutoAttack, as shares of the data range. */
const USUAL: Readonly<Record<PlaneNorm, number>> = { linf: 0.3, l2: 1, l1: 5 };
