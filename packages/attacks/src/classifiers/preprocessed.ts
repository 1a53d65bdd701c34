import * as tf from "@tensorflow/tfjs-core";
import type { Classifier } from "../contract/classifier.ts";

/** Settings of {@link preprocessed}. */
export interface PreprocessedOptions {
  /** What happens to the images first, `[n, ...]` to the same shape. Runs inside `tf.tidy`. */
  readonly forward: (x: tf.Tensor, ids: Int32Array) => tf.Tensor;
  /**
   * What takes a gradient at the changed images back to the images; it need not be the true derivative.
   *
   * @defaultValue the gradient itself, as if nothing had happened to the images
   */
  readonly backward?: ((gradient: tf.Tensor, x: tf.Tensor, ids: Int32Array) => tf.Tensor) | undefined;
  /** Whether `forward` draws random numbers. @defaultValue what the classifier says of itself */
  readonly random?: boolean | undefined;
}

/**
 * A model behind something that changes its images, such as a defence that rounds, compresses or denoises them, and whose
 * gradient is missing, wrong or zero. The forward pass is exact, the backward pass takes a replacement: BPDA.
 *
 * @see Athalye, Carlini, Wagner: "Obfuscated gradients give a false sense of security", ICML 2018, arXiv 1802.00420
 *
 * @example
 * ```ts
 * const rounded = preprocessed(classifier, { forward: (x) => tf.div(tf.round(tf.mul(x, 7)), 7) });
 * ```
 */
export function preprocessed(
  classifier: Classifier,
  { forward, backward = (gradient) => gradient, random = classifier.random }: PreprocessedOptions,
): Classifier {
  const { inputShape, numClasses, bounds, choosableBackward, access, logitsAsync } = classifier;
  return {
    inputShape,
    numClasses,
    bounds,
    choosableBackward,
    random,
    access,
    ...(logitsAsync && {
      logitsAsync: (x, ids, options) => {
        const changed = tf.tidy(() => forward(x, ids));
        return logitsAsync(changed, ids, options).finally(() => changed.dispose());
      },
    }),
    logits: (x, ids, draws) => tf.tidy(() => classifier.logits(forward(x, ids), ids, draws)),
    lossAndGradient: (x, ids, loss, options) =>
      tf.tidy(() => {
        const answer = classifier.lossAndGradient(forward(x, ids), ids, loss, options);
        return { ...answer, gradient: backward(answer.gradient, x, ids) };
      }),
  };
}
