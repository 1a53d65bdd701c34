import * as tf from "@tensorflow/tfjs-core";
import { perSample } from "../norms/rows.ts";

/** Of attacks that minimise distance plus a constant times what the margin lacks, and search for the constant. */
export const CONSTANT_SEARCH = {
  rounds: { type: "integer", default: 9, min: 1, description: "Constants that are tried for each sample." },
  iterations: { type: "integer", default: 10_000, min: 1, description: "Steps with each constant, at most." },
  stepSize: { type: "number", default: 0.01, min: 0, description: "Length of a step." },
  constant: { type: "number", default: 0.001, min: 1e-12, description: "The first constant." },
  confidence: {
    type: "number",
    default: 0,
    min: 0,
    description: "By how much the margin has to be positive for a constant to be large enough.",
  },
  stopEarly: {
    type: "boolean",
    default: true,
    description: "Go on to the next constant when a tenth of the iterations brought nothing.",
  },
} as const;

/** Its values, by name. */
export interface ConstantSearchParams {
  readonly rounds: number;
  readonly iterations: number;
  readonly constant: number;
  readonly confidence: number;
  readonly stopEarly: boolean;
}

/** Where each sample is in its search, all `[n]`: every sample goes through its rounds at its own pace. */
export type ConstantSearch = Readonly<
  Record<"constant" | "lower" | "upper" | "round" | "iteration" | "found" | "lossBefore", tf.Tensor>
>;

/** Before the first round. */
export function firstRound(n: number, { constant }: ConstantSearchParams): ConstantSearch {
  const zero = tf.zeros([n]);
  return {
    constant: perSample(n, constant),
    lower: zero,
    upper: perSample(n, NO_UPPER),
    round: zero,
    iteration: zero,
    found: zero,
    lossBefore: perSample(n, Infinity),
  };
}

/** What an iteration makes of a search. */
export interface Iteration {
  readonly search: ConstantSearch;
  /** True where the round is over, and what belongs to a round has to begin afresh. */
  readonly isOver: tf.Tensor;
}

/**
 * Takes note of an iteration. A round ends with its iterations, or, at every tenth of them, where the loss has not fallen by
 * a ten-thousandth. A round that found nothing makes the constant ten times as large, until one has; then the constant is
 * halved between the largest that failed and the smallest that did not. With ten rounds or more, the last one repeats the
 * smallest.
 *
 * @param loss of this iteration, `[n]`
 * @param isThere not 0 where this iteration's point is adversarial, with confidence
 */
export function iterate(
  search: ConstantSearch,
  loss: tf.Tensor,
  isThere: tf.Tensor,
  { rounds, iterations, stopEarly }: ConstantSearchParams,
): Iteration {
  const tenth = Math.max(1, Math.floor(iterations / 10));
  const isTenth = tf.equal(tf.mod(search.iteration, tenth), 0);
  // Not against the loss at the input, since the first step may lead far away from it, and the way back take long.
  const isCheck = tf.logicalAnd(isTenth, tf.greater(search.iteration, 0));
  const isStuck = tf.logicalAnd(isCheck, tf.greater(loss, tf.mul(search.lossBefore, 0.9999)));
  const isLast = tf.greaterEqual(tf.add(search.iteration, 1), iterations);
  const isOver = stopEarly ? tf.logicalOr(isStuck, isLast) : isLast;
  const found = tf.maximum(search.found, isThere);
  const ended = nextConstant({ ...search, found }, rounds);
  const zero = tf.zerosLike(found);
  return {
    isOver,
    search: {
      constant: tf.where(isOver, ended.constant, search.constant),
      lower: tf.where(isOver, ended.lower, search.lower),
      upper: tf.where(isOver, ended.upper, search.upper),
      round: tf.add(search.round, tf.cast(isOver, "float32")),
      iteration: tf.where(isOver, zero, tf.add(search.iteration, 1)),
      found: tf.where(isOver, zero, found),
      lossBefore: tf.where(isOver, tf.add(zero, Infinity), tf.where(isCheck, loss, search.lossBefore)),
    },
  };
}

/** Not 0 where a sample has gone through its rounds; looked at after every tenth step only. */
export function isSearched({ round }: ConstantSearch, t: number, rounds: number): tf.Tensor | undefined {
  return t % 10 === 9 ? tf.cast(tf.greaterEqual(round, rounds), "float32") : undefined;
}

function nextConstant({ constant, lower, upper, found, round }: ConstantSearch, rounds: number) {
  const isFound = tf.cast(found, "bool");
  const above = tf.where(isFound, tf.minimum(upper, constant), upper);
  const below = tf.where(isFound, lower, tf.maximum(lower, constant));
  const isBounded = tf.less(above, NO_UPPER);
  const next = tf.where(isBounded, tf.div(tf.add(below, above), 2), tf.mul(constant, 10));
  if (rounds < 10) return { constant: next, lower: below, upper: above };
  return { constant: tf.where(tf.equal(round, rounds - 2), above, next), lower: below, upper: above };
}

/** As long as no constant was large enough. */
const NO_UPPER = 1e10;
