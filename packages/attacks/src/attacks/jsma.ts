import type { ParamsOf } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AttackMaker } from "../contract/attack.ts";
import type { RunContext } from "../contract/context.ts";
import { defineIterative } from "../contract/iterative.ts";
import { isAdversarial } from "../contract/is-adversarial.ts";
import { oneHot, ownScore } from "../losses/loss.ts";
import { flatten, valuesAt } from "../norms/rows.ts";
import { rivalsOf } from "./nearest-border.ts";
import { intoBox, rangeOf } from "./whole-box.ts";

const PARAMS = {
  steps: { type: "integer", default: 100, min: 1, description: "Steps at most; each moves two values." },
  theta: {
    type: "number",
    default: 1,
    min: 0,
    max: 1,
    description: "How far a value moves, as a share of the data range.",
  },
  direction: {
    type: "choice",
    choices: ["both", "up", "down"],
    default: "both",
    description: "Whether values may rise, fall, or each pair as it seems better.",
  },
  candidates: {
    type: "integer",
    default: 64,
    min: 2,
    description: "Values among which the pair of a step is looked for, the most promising ones.",
  },
} as const;

type Context = RunContext<"gradient", ParamsOf<typeof PARAMS>>;

/**
 * JSMA, Jacobian saliency map attack: step by step the pair of values moves that raises the score of a class most and lowers
 * the sum of the others most, by the product of both. Each value moves once. Without a target the class is the wrong one of
 * highest score at the input. A sample leaves once it is adversarial.
 *
 * Of the sum over all other classes only the gradient is needed, not the whole Jacobian: a step costs three forward and two
 * backward passes. Where no pair does both, the one goes that widens the gap most. All pairs are tried among the
 * `candidates` of largest sum of both effects, each as a share of its largest.
 *
 * @see Papernot, McDaniel, Jha, Fredrikson, Celik, Swami: "The limitations of deep learning in adversarial settings", EuroS&P
 * 2016, arXiv 1511.07528, algorithm 3; both directions as in Wiyatno, Xu: "Maximal Jacobian-based saliency map attack", 2018,
 * arXiv 1808.07945
 */
export const jsma: AttackMaker<typeof PARAMS> = defineIterative({
  id: "kwta/jsma",
  version: "1.0.0",
  kind: "minimum-norm",
  access: "gradient",
  norms: ["l0"],
  goals: ["untargeted", "targeted"],
  stochastic: false,
  params: PARAMS,
  cite: {
    title: "The limitations of deep learning in adversarial settings",
    url: "https://arxiv.org/abs/1511.07528",
  },
  steps: ({ steps }) => steps,
  init: (ctx) => ({
    x: ctx.start ?? ctx.x,
    isFree: tf.onesLike(flatten(ctx.x)),
    wanted: rivalsOf(ctx, 1),
    isThere: tf.zeros([ctx.ids.length]),
  }),
  step(ctx, { x, isFree, wanted }) {
    const { ids, oracle, params } = ctx;
    const scoreOf = (logits: tf.Tensor2D) => ownScore(logits, oneHot(wanted, logits)) as tf.Tensor1D;
    const othersOf = (logits: tf.Tensor2D) => tf.sub(tf.sum(logits, 1), scoreOf(logits)) as tf.Tensor1D;
    const [rise, fall] = [scoreOf, othersOf].map((loss) => flatten(oracle.lossAndGradient(x, ids, loss).gradient));
    const best = DIRECTIONS.filter(({ name }) => params.direction === "both" || params.direction === name).map(
      ({ sign }) => bestPair(ctx, { x, isFree, sign, rise: tf.mul(rise!, sign), fall: tf.mul(fall!, -sign) }),
    );
    const [pair, other = pair!] = best;
    const chosen = tf.where(tf.greaterEqual(pair!.worth, other.worth), pair!.move, other.move);
    const next = intoBox(ctx, tf.add(x, tf.mul(tf.reshape(chosen, x.shape), params.theta * rangeOf(ctx))));
    const isThere = isAdversarial(ctx, oracle.logits(next, ids));
    return { x: next, isFree: tf.mul(isFree, tf.sub(1, tf.abs(chosen))), wanted, isThere };
  },
  done: (_ctx, { isThere }) => isThere,
});

const DIRECTIONS = [
  { name: "up", sign: 1 },
  { name: "down", sign: -1 },
] as const;

/** What a move of each value in one direction does, `[n, d]`. */
interface Effects {
  readonly x: tf.Tensor;
  readonly isFree: tf.Tensor;
  readonly sign: 1 | -1;
  /** By how much the score of the wanted class rises. */
  readonly rise: tf.Tensor;
  /** By how much those of the others fall, in sum. */
  readonly fall: tf.Tensor;
}

/** The best pair of each row: how good it is, `[n, 1]`, and its move, `[n, d]`, of 0, 1 and -1. */
function bestPair(ctx: Context, effects: Effects): { readonly worth: tf.Tensor; readonly move: tf.Tensor } {
  const { rise, fall, sign } = effects;
  const [n, d] = rise.shape as [number, number];
  const count = Math.min(ctx.params.candidates, d);
  const sum = tf.add(relative(rise), relative(fall));
  const { values, indices } = tf.topk(
    tf.where(tf.cast(canMove(ctx, effects), "bool"), sum, tf.mul(tf.onesLike(sum), BLOCKED)),
    count,
  );
  const [up, down] = [rise, fall].map((effect) => pairSums(valuesAt(effect, indices)));
  const isPair = tf.logicalAnd(pairsOf(values), tf.cast(tf.sub(1, tf.eye(count)), "bool"));
  const isSalient = tf.logicalAnd(tf.greater(up!, 0), tf.greater(down!, 0));
  // Below every salient pair, in the order of the gap that it opens.
  const rest = tf.sub(tf.tanh(tf.mul(pairSums(values as tf.Tensor2D), 0.25)), 2);
  const worth = tf.where(isPair, tf.where(isSalient, tf.mul(up!, down!), rest), tf.fill(up!.shape, BLOCKED));
  const flat = tf.reshape(worth, [n, count * count]);
  const place = tf.argMax(flat, 1);
  const most = tf.max(flat, 1, true);
  const [first, second] = [tf.floorDiv(place, tf.scalar(count, "int32")), tf.mod(place, tf.scalar(count, "int32"))];
  const moved = [first, second].map((at) => {
    const chosen = tf.sum(
      tf.mul(tf.cast(indices, "float32"), tf.oneHot(tf.cast(at, "int32") as tf.Tensor1D, count)),
      1,
    );
    return tf.cast(tf.oneHot(tf.cast(chosen, "int32") as tf.Tensor1D, d), "float32");
  });
  const isPossible = tf.cast(tf.greater(most, BLOCKED), "float32");
  return { worth: most, move: tf.mul(tf.mul(tf.add(moved[0]!, moved[1]!), sign), isPossible) };
}

/** Values that have not moved yet and are not at the wall already. */
function canMove(ctx: Context, { x, isFree, sign }: Effects): tf.Tensor {
  const { min, max } = ctx.threat.bounds;
  const room = flatten(sign > 0 ? tf.sub(max, x) : tf.sub(x, min));
  return tf.mul(isFree, tf.cast(tf.greater(room, 0.01 * rangeOf(ctx)), "float32"));
}

function relative(effect: tf.Tensor): tf.Tensor {
  return tf.div(effect, tf.maximum(tf.max(tf.abs(effect), 1, true), 1e-30));
}

/** `[n, m]` to `[n, m, m]`. */
function pairSums(effect: tf.Tensor2D): tf.Tensor {
  return tf.add(tf.expandDims(effect, 1), tf.expandDims(effect, 2));
}

function pairsOf(values: tf.Tensor): tf.Tensor {
  const isFree = tf.greater(values, BLOCKED);
  return tf.logicalAnd(tf.expandDims(isFree, 1), tf.expandDims(isFree, 2));
}

const BLOCKED = -1e9;
