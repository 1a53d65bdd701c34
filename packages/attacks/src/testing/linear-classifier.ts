import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Bounds } from "../norms/bounds.ts";
import type { Norm } from "../norms/index.ts";
import type { Classifier } from "../contract/classifier.ts";
import { differentiate } from "../layers/differentiate.ts";

/** Settings of {@link linearClassifier}. */
export interface LinearClassifierOptions {
  /** @defaultValue `[features]` */
  readonly inputShape?: readonly number[] | undefined;
  /** @defaultValue `{ min: 0, max: 1 }` */
  readonly bounds?: Bounds | undefined;
}

/** A classifier of which everything is known in closed form. */
export interface LinearClassifier extends Classifier {
  /**
   * The smallest perturbation that makes a sample leave its class: `min_{j != y} (z_y - z_j) / |w_y - w_j|` in the dual norm
   * when the box is not in the way; in L1 and L0, which move few values far, with the box. Negative where the sample is
   * misclassified.
   *
   * @param norm by default the maximum norm
   */
  optimum(x: ArrayLike<number>, label: number, norm?: Norm): number;
}

/**
 * `logits = W x + b`.
 *
 * @param weights one list per class, one number per input value
 * @param bias one number per class
 */
export function linearClassifier(
  weights: readonly (readonly number[])[],
  bias: readonly number[],
  options: LinearClassifierOptions = {},
): LinearClassifier {
  const features = weights[0]?.length ?? 0;
  const { inputShape = [features], bounds = { min: 0, max: 1 } } = options;
  if (weights.length !== bias.length || weights.some((row) => row.length !== features)) {
    throw new InputError("A linear classifier takes a row of weights and one bias per class, all rows equally long.");
  }
  const forward = (x: tf.Tensor): tf.Tensor2D => {
    const flat = tf.reshape(x, [-1, features]) as tf.Tensor2D;
    return tf.add(tf.matMul(flat, tf.tensor2d(weights as number[][]), false, true), tf.tensor1d(bias as number[]));
  };
  return {
    inputShape,
    numClasses: weights.length,
    bounds,
    choosableBackward: false,
    logits: (x) => tf.tidy(() => forward(x)),
    lossAndGradient: (x, _ids, loss) => differentiate(forward, x, loss),
    optimum(x, label, norm = "linf") {
      const sizes = weights.map((other, j) => {
        if (j === label) return Infinity;
        const difference = other.map((weight, i) => weights[label]![i]! - weight);
        const gap = difference.reduce((sum, weight, i) => sum + weight * x[i]!, bias[label]! - bias[j]!);
        return OPTIMA[norm](gap, difference, x, bounds);
      });
      return Math.min(...sizes);
    },
  };
}

type Optimum = (gap: number, weights: readonly number[], x: ArrayLike<number>, bounds: Bounds) => number;

/** How far to go to take away a gap between two scores whose difference has these weights. */
const OPTIMA: Readonly<Record<Norm, Optimum>> = {
  linf: (gap, weights) => gap / weights.reduce((sum, weight) => sum + Math.abs(weight), 0),
  l2: (gap, weights) => gap / Math.hypot(...weights),
  l1: (gap, weights, x, bounds) => {
    // The value of the largest weight goes first, until its wall.
    let [left, length] = [gap, 0];
    if (gap < 0) return gap / Math.max(...weights.map(Math.abs));
    for (const { room, weight } of moves(weights, x, bounds).sort((a, b) => b.weight - a.weight)) {
      const move = Math.min(room, left / weight);
      length += move;
      left -= move * weight;
      if (left <= 1e-12) return length;
    }
    return Infinity;
  },
  l0: (gap, weights, x, bounds) => {
    let left = gap;
    if (gap < 0) return -1;
    const gains = moves(weights, x, bounds).map(({ room, weight }) => room * weight);
    const last = gains.sort((a, b) => b - a).findIndex((gain) => (left -= gain) < 0);
    return last < 0 ? Infinity : last + 1;
  },
};

/** What each value can do against a difference of scores: how far it can go, and what that brings per length. */
function moves(
  weights: readonly number[],
  x: ArrayLike<number>,
  { min, max }: Bounds,
): { readonly room: number; readonly weight: number }[] {
  return weights.map((weight, i) => ({ room: weight > 0 ? x[i]! - min : max - x[i]!, weight: Math.abs(weight) }));
}
