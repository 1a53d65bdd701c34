import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Bounds } from "../norms/bounds.ts";
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
   * The smallest perturbation, in the maximum norm, that makes a sample leave its class, when the box is not in the way:
   * `min_{j != y} (z_y - z_j) / |w_y - w_j|_1`. Negative where the sample is misclassified.
   */
  optimum(x: ArrayLike<number>, label: number): number;
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
    optimum(x, label) {
      const gaps = weights.map((other, j) => {
        if (j === label) return Infinity;
        const difference = other.map((weight, i) => weights[label]![i]! - weight);
        const gap = difference.reduce((sum, weight, i) => sum + weight * x[i]!, bias[label]! - bias[j]!);
        return gap / difference.reduce((sum, weight) => sum + Math.abs(weight), 0);
      });
      return Math.min(...gaps);
    },
  };
}
