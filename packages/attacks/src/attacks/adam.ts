import * as tf from "@tensorflow/tfjs-core";

/** The running means of Adam: of the gradient and of its square. */
export interface Moments {
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
}

/** What Adam makes of a gradient. */
export interface AdamStep extends Moments {
  /** Per value: the step of length 1 against the gradient has to be divided by this. */
  readonly scale: tf.Tensor;
  /** To be subtracted, times the learning rate. */
  readonly step: tf.Tensor;
}

/** No gradient seen yet. */
export function noMoments(like: tf.Tensor): Moments {
  return { first: tf.zerosLike(like), second: tf.zerosLike(like) };
}

/**
 * One update of Adam with its usual constants, 0.9, 0.999 and 1e-8.
 *
 * @param count which update it is, from 1; a tensor that spreads over the values where rows differ in it
 * @see Kingma, Ba, ICLR 2015, arXiv 1412.6980, algorithm 1
 */
export function adam({ first, second }: Moments, gradient: tf.Tensor, count: number | tf.Tensor): AdamStep {
  const means = {
    first: tf.add(tf.mul(first, BETA_1), tf.mul(gradient, 1 - BETA_1)),
    second: tf.add(tf.mul(second, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2)),
  };
  const [bias1, bias2] = [BETA_1, BETA_2].map((beta) =>
    typeof count === "number" ? 1 - beta ** count : tf.sub(1, tf.pow(beta, count)),
  );
  const scale = tf.add(tf.sqrt(tf.div(means.second, bias2!)), 1e-8);
  return { ...means, scale, step: tf.div(tf.div(means.first, scale), bias1!) };
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
