import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { perSampleLoss } from "../losses/index.ts";
import { PROXIMAL } from "../norms/proximal.ts";
import { flatten, perSample, pickRows, spread } from "../norms/rows.ts";
import { CONSTANT_SEARCH, firstRound, isSearched, iterate } from "./constant-search.ts";
import { intoBox, rangeOf } from "./whole-box.ts";

const OWN = {
  beta: {
    type: "number",
    default: 0.01,
    min: 0,
    description: "Weight of the L1 distance: by so much a step takes back each move, as a share of the data range.",
  },
} as const;

const PARAMS: typeof CONSTANT_SEARCH & typeof OWN = { ...CONSTANT_SEARCH, ...OWN };

/**
 * EAD, elastic-net attack: accelerated proximal gradient descent on `|d|^2 + beta |d|_1 + c max(0, confidence - margin)`, and
 * a search for the constant c of each sample as in Carlini and Wagner's attack. Of the points it meets, that of the smallest
 * L1 distance counts.
 *
 * Costs two forward passes and a backward pass an iteration: with the defaults up to 90,000 times that, about a tenth where
 * the loss comes to rest.
 *
 * @see Chen, Sharma, Zhang, Yi, Hsieh: "EAD: elastic-net attacks to deep neural networks via adversarial examples", AAAI 2018,
 * arXiv 1709.04114, algorithm 1
 */
export const ead: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/ead",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["l1"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PARAMS,
  cite: {
    title: "EAD: elastic-net attacks to deep neural networks via adversarial examples",
    url: "https://arxiv.org/abs/1709.04114",
  },
  steps: ({ rounds, iterations }) => rounds * iterations,
  init: (ctx) => {
    const x = ctx.start ?? ctx.x;
    return { x, ahead: x, ...firstRound(ctx.ids.length, ctx.params) };
  },
  step(ctx, { x, ahead, ...before }) {
    const { x: clean, start = clean, ids, oracle, goal, params } = ctx;
    const range = rangeOf(ctx);
    // The gradient is taken ahead of the point, where its momentum leads.
    const { loss: margin, gradient } = oracle.lossAndGradient(ahead, ids, "margin");
    const delta = tf.div(tf.sub(ahead, clean), range);
    const missing = tf.relu(tf.sub(params.confidence, margin));
    const loss = tf.add(tf.sum(tf.square(flatten(delta)), 1), tf.mul(before.constant, missing));
    const pull = tf.mul(tf.mul(before.constant, tf.cast(tf.greater(missing, 0), "float32")), range);
    const slope = tf.sub(tf.mul(delta, 2), tf.mul(gradient, spread(pull, x)));
    const left = tf.sqrt(tf.sub(1, tf.div(before.iteration, params.iterations)));
    const moved = tf.sub(delta, tf.mul(slope, spread(tf.mul(left, params.stepSize), x)));
    const kept = tf.reshape(
      PROXIMAL.l1(flatten(moved), tf.reshape(perSample(ids.length, params.beta), [-1, 1])),
      x.shape,
    );
    const point = intoBox(ctx, tf.add(clean, tf.mul(kept, range)));
    const logits = oracle.logits(point, ids);
    const isSure = tf.greaterEqual(perSampleLoss("margin", goal)(logits), params.confidence);
    const isThere = tf.mul(isAdversarial(ctx, logits), params.confidence === 0 ? 1 : tf.cast(isSure, "float32"));
    const { search, isOver } = iterate(before, loss, isThere, params);
    const momentum = tf.div(before.iteration, tf.add(before.iteration, 3));
    const next = tf.add(point, tf.mul(tf.sub(point, x), spread(momentum, x)));
    return {
      x: pickRows(isOver, start, point),
      ahead: pickRows(isOver, start, next),
      ...search,
    };
  },
  done: ({ params }, state, t) => isSearched(state, t, params.rounds),
});
