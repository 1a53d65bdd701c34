import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { flatten, pickRows, spread } from "../norms/rows.ts";
import { adam, noMoments } from "./adam.ts";
import { CONSTANT_SEARCH, firstRound, isSearched, iterate } from "./constant-search.ts";
import { fromBox, slopeAt, toBox } from "./tanh-space.ts";
import { rangeOf } from "./whole-box.ts";

/**
 * Carlini and Wagner's attack in L2: Adam on `|d|^2 + c max(0, confidence - margin)`, in a space whose every point leads
 * into the box, and a search for the constant c of each sample. Distances are measured from the input itself. Each sample
 * goes through its rounds at its own pace, and leaves after the last.
 *
 * Costs a forward and a backward pass an iteration: with the defaults up to 90,000 of each, about 1,000 a round where the
 * loss comes to rest.
 *
 * @see Carlini, Wagner: "Towards evaluating the robustness of neural networks", S&P 2017, arXiv 1608.04644, section V and VI
 */
export const cwL2: AttackMaker<typeof CONSTANT_SEARCH> = defineIterative({
  id: "kwta/cw-l2",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["l2"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: CONSTANT_SEARCH,
  cite: {
    title: "Towards evaluating the robustness of neural networks",
    url: "https://arxiv.org/abs/1608.04644",
  },
  steps: ({ rounds, iterations }) => rounds * iterations,
  init: (ctx) => {
    const { x, threat, params, start = x } = ctx;
    const base = fromBox(start, threat.bounds);
    return { x: toBox(base, threat.bounds), base, w: base, ...noMoments(x), ...firstRound(ctx.ids.length, params) };
  },
  step(ctx, { x, base, w, first, second, ...before }) {
    const { x: clean, ids, oracle, params, threat } = ctx;
    const range = rangeOf(ctx);
    const { loss: margin, logits, gradient } = oracle.lossAndGradient(x, ids, "margin");
    const delta = tf.div(tf.sub(x, clean), range);
    const missing = tf.relu(tf.sub(params.confidence, margin));
    const loss = tf.add(tf.sum(tf.square(flatten(delta)), 1), tf.mul(before.constant, missing));
    const isSure = tf.cast(tf.greaterEqual(margin, params.confidence), "float32");
    const isThere = tf.mul(isAdversarial(ctx, logits), params.confidence === 0 ? 1 : isSure);
    const { search, isOver } = iterate(before, loss, isThere, params);
    const pull = tf.mul(tf.mul(before.constant, tf.cast(tf.greater(missing, 0), "float32")), range);
    const slope = tf.sub(tf.mul(delta, 2), tf.mul(gradient, spread(pull, x)));
    const count = spread(tf.add(before.iteration, 1), x);
    const next = adam({ first, second }, tf.mul(slope, slopeAt(x, threat.bounds)), count);
    const zero = tf.zerosLike(x);
    const moved = pickRows(isOver, base, tf.sub(w, tf.mul(next.step, params.stepSize)));
    return {
      x: toBox(moved, threat.bounds),
      base,
      w: moved,
      first: pickRows(isOver, zero, next.first),
      second: pickRows(isOver, zero, next.second),
      ...search,
    };
  },
  done: ({ params }, state, t) => isSearched(state, t, params.rounds),
});
