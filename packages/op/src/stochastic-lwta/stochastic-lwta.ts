import * as tf from "@tensorflow/tfjs-core";
import { parseBackward, type Backward } from "../shared/backward.ts";
import { checkBatch, gradientThreshold, passWinners } from "../shared/competition.ts";
import { inputError } from "../shared/errors.ts";
import { checkGroupSize } from "../shared/group-size.ts";
import { rowUniform, type Draws } from "../shared/row-random.ts";
import { sampleNaN } from "../shared/sample-nan.ts";
import { passGroupWinners, rivals } from "../lwta/lwta.ts";

/** Options of {@link stochasticLwta}. */
export interface StochasticLwtaOptions extends Draws {
  /** Channels per group, at least 2; they must split evenly. */
  readonly size: number;
  /** Tells this draw from those of other layers. */
  readonly key: string;
  /**
   * The temperature of the Gumbel softmax by which winners are relaxed, and their group divided among them; 0 for none.
   *
   * @defaultValue 0
   */
  readonly temperature?: number;
  /**
   * The gradient where winners are not relaxed, see {@link parseBackward}; with the same draw as the forward pass. With z =
   * x + g, g Gumbel noise, the gate is the derivative of `x * sigmoid((z - t) / T)`, t the best z of the others of a
   * group, held, and `"soft-top-k:T"` that of `x * softmax(z / T)`. The noise has a scale of its own, so T does not depend
   * on x.
   *
   * @defaultValue "exact"
   */
  readonly backward?: string;
}

/**
 * Stochastic local winner-take-all: in each group of `size` neighbouring channels, at each position, one value stays, which
 * is drawn with the probabilities of the group's softmax; the others become 0. A NaN makes its whole sample NaN.
 *
 * @param x [batch, ..., channels] of float32
 * @throws Error when x has no batch axis or is not float32, the channels do not split, there is not an id and a draw a row, or
 * backward cannot be used
 * @see Panousis, Chatzis, Theodoridis: "Stochastic local winner-takes-all networks enable profound adversarial robustness"
 * (2021), arXiv 2112.02671
 */
export function stochasticLwta<T extends tf.Tensor>(x: T, options: StochasticLwtaOptions): T {
  const { size, key, ids, draws, temperature = 0, backward = "exact" } = options;
  checkBatch("stochasticLwta", x);
  checkGroupSize(size, x.shape.at(-1)!);
  checkTemperature(temperature);
  const choice = parseBackward(backward);
  if (ids.length !== x.shape[0] || draws.length !== x.shape[0]) {
    throw inputError(
      `${x.shape[0]} samples came with ${ids.length} ids and ${draws.length} draws. Give one of each a row.`,
    );
  }
  if (x.size === 0) return tf.clone(x);
  return tf.tidy(() => {
    const noise = gumbel(rowUniform(key, { ids, draws }, x.size / ids.length), size);
    if (temperature > 0) {
      const rows = tf.reshape<tf.Rank.R2>(x, [-1, size]);
      const samples = tf.reshape(tf.mul(rows, relaxed(rows, noise, temperature)), [x.shape[0]!, -1]);
      // A NaN of one group reaches the others; of an infinity the softmax is one as well.
      const spoilt = tf.mul(tf.sum(tf.reshape(x, [x.shape[0]!, -1]), 1, true), 0);
      return tf.reshape(tf.add(samples, spoilt), x.shape) as T;
    }
    const apply = tf.customGrad((input, save) => {
      (save as tf.GradSaveFunc)([input as T, noise]);
      return {
        value: passDrawn(input as T, input as T, noise),
        gradFunc: (dy: tf.Tensor, [saved, g]: tf.Tensor[]) =>
          gradient(choice, dy as T, saved as T, g as tf.Tensor2D, size),
      };
    });
    return apply(x) as T;
  });
}

/** @throws Error unless it is a number of at least 0 */
export function checkTemperature(temperature: number): void {
  if (temperature >= 0 && Number.isFinite(temperature)) return;
  throw inputError(
    `The temperature is ${temperature}; it must be a number of at least 0. The authors train with 0.67.`,
  );
}

/** Its largest sum with the values of a row is at each of them with the probability that the row's softmax gives it. */
function gumbel(uniform: Float32Array, size: number): tf.Tensor2D {
  return tf.neg(tf.log(tf.neg(tf.log(tf.tensor2d(uniform, [uniform.length / size, size])))));
}

function relaxed(rows: tf.Tensor2D, noise: tf.Tensor2D, temperature: number): tf.Tensor2D {
  return tf.softmax(tf.div(tf.add(rows, noise), temperature));
}

/** `values` where x was drawn, else 0; NaN throughout a sample of x that holds a NaN: the noise is finite. */
function passDrawn<T extends tf.Tensor>(values: T, x: T, noise: tf.Tensor2D): T {
  return passGroupWinners(values, tf.add(x, tf.reshape(noise, x.shape)) as T, noise.shape[1]);
}

function gradient<T extends tf.Tensor>(backward: Backward, dy: T, x: T, noise: tf.Tensor2D, size: number): T {
  const groups = (tensor: tf.Tensor): tf.Tensor2D => tf.reshape(tensor, [-1, size]);
  const flat = (tensor: tf.Tensor): tf.Tensor2D => tf.reshape(tensor, [x.shape[0]!, -1]);
  const [dyRows, rows] = [groups(dy), groups(x)];
  switch (backward.kind) {
    case "exact":
      return passDrawn(dy, x, noise);
    case "gate": {
      const z = tf.add<tf.Tensor2D>(rows, noise);
      const gate = tf.sigmoid(tf.div(tf.sub(z, rivals(z)), backward.temperature));
      const slope = tf.add(gate, tf.mul(tf.div(rows, backward.temperature), tf.mul(gate, tf.sub(1, gate))));
      return spoil(tf.mul(dyRows, slope), x);
    }
    case "soft-top-k": {
      const winners = relaxed(rows, noise, backward.temperature);
      const pulled = tf.mul(tf.mul(dyRows, rows), winners);
      const common = tf.mul(winners, tf.sum(pulled, 1, true));
      return spoil(tf.add(tf.mul(dyRows, winners), tf.div(tf.sub(pulled, common), backward.temperature)), x);
    }
    default: {
      const threshold = gradientThreshold(backward.kind, sampleNaN(x));
      return tf.reshape(passWinners(flat(dy), flat(x), threshold), x.shape) as T;
    }
  }
}

/** In the shape of x, with all of a sample NaN that holds one. */
function spoil<T extends tf.Tensor>(rows: tf.Tensor, x: T): T {
  return tf.reshape(tf.add(tf.reshape(rows, [x.shape[0]!, -1]), tf.expandDims(sampleNaN(x), 1)), x.shape) as T;
}
