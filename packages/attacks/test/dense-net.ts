import * as tf from "@tensorflow/tfjs-core";
import { differentiate, type Classifier } from "../src/index.ts";

/** Weights as PyTorch has them, `[out, in]`. */
export interface DenseWeights {
  readonly "first.weight": number[][];
  readonly "first.bias": number[];
  readonly "second.weight": number[][];
  readonly "second.bias": number[];
}

/** Two dense layers. */
export function denseNet(
  weights: DenseWeights,
  inputShape: readonly number[],
  activation: (x: tf.Tensor) => tf.Tensor,
): Classifier {
  const forward = (x: tf.Tensor): tf.Tensor2D => {
    const dense = (from: tf.Tensor, weight: number[][], bias: number[]): tf.Tensor =>
      tf.add(tf.matMul(from, tf.tensor2d(weight), false, true), tf.tensor1d(bias));
    const hidden = activation(dense(tf.reshape(x, [x.shape[0]!, -1]), weights["first.weight"], weights["first.bias"]));
    return dense(hidden, weights["second.weight"], weights["second.bias"]) as tf.Tensor2D;
  };
  return {
    inputShape,
    numClasses: weights["second.bias"].length,
    bounds: { min: 0, max: 1 },
    choosableBackward: false,
    logits: (x) => tf.tidy(() => forward(x)),
    lossAndGradient: (x, _ids, loss) => differentiate(forward, x, loss),
  };
}
