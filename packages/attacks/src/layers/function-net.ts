import { checkWhole, InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { forTwo, type Net } from "./net.ts";

/** What a function cannot say of itself. */
export interface FunctionOptions {
  /** Of a function, and of a graph model whose own is open: the shape of one image. */
  readonly inputShape?: readonly number[] | undefined;
  /** Of a function: how many classes there are. Where it gives a single score there are 2. */
  readonly numClasses?: number | undefined;
  /** Of a function: whether two calls may answer differently. @defaultValue false */
  readonly random?: boolean | undefined;
  /** Of a function: tells it from every other, see {@link Classifier.digest}. @defaultValue nothing is kept */
  readonly digest?: (() => Promise<string>) | undefined;
}

/**
 * Any function from images `[n, ...inputShape]` to scores, by differentiable TensorFlow.js ops where attacks are to have
 * gradients.
 *
 * @throws InputError when its shapes are not said
 */
export function functionNet(
  forward: (x: tf.Tensor) => tf.Tensor,
  { inputShape, numClasses, random, digest }: FunctionOptions,
): Net {
  if (inputShape === undefined || numClasses === undefined) {
    throw new InputError(
      "Of a function one must say what it takes and gives: asClassifier(f, { inputShape: [32, 32, 3], numClasses: 10 }).",
    );
  }
  inputShape.forEach((size) => checkWhole("A size of inputShape", size));
  checkWhole("numClasses", numClasses, 2);
  return {
    inputShape,
    numScores: numClasses,
    forward: (x) => scoresOf(forward(x), x.shape[0]!, numClasses),
    random,
    ...(digest && { digest }),
  };
}

function scoresOf(scores: tf.Tensor, n: number, numClasses: number): tf.Tensor {
  if (scores.shape[0] === n && scores.size === n * numClasses) return scores;
  if (scores.shape[0] === n && scores.size === n && numClasses === 2) return forTwo(tf.reshape(scores, [n, 1]));
  throw new InputError(
    `The function gave scores of shape ${show(scores.shape)} for ${n} images and ${numClasses} classes. ` +
      "It should give [images, classes].",
  );
}
