import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import { CannotRunError } from "../contract/cannot-run-error.ts";
import type { LossAndGradient } from "../contract/classifier.ts";
import type { PerSampleLoss } from "../losses/loss.ts";
import { firstLine, ForwardError } from "./forward-error.ts";

/** A model answers, and its gradient cannot be computed: attacks that need one cannot run on it, others can. */
export class NoGradientError extends CannotRunError {}

/**
 * A forward and a backward pass: the `lossAndGradient` of a {@link Classifier} from its `logits`.
 *
 * @param forward from `[n, ...]` to logits `[n, classes]`, by differentiable TensorFlow.js ops
 * @throws InputError when TensorFlow.js has no gradients registered
 * @throws NoGradientError when something in the model has no gradient on this backend
 */
export function differentiate(
  forward: (x: tf.Tensor) => tf.Tensor2D,
  x: tf.Tensor,
  loss: PerSampleLoss,
): LossAndGradient {
  if (tf.getGradient("Sum") === undefined) {
    throw new InputError(
      "TensorFlow.js has no gradients registered, and tfjs-core alone registers none. " +
        'Import "@tensorflow/tfjs-layers" (or "@tensorflow/tfjs") somewhere in the program.',
    );
  }
  return tf.tidy(() => {
    let logits: tf.Tensor2D | undefined;
    try {
      // A loss of shape [n] is differentiated as its sum, since TensorFlow.js starts from ones.
      const { value, grad } = tf.valueAndGrad((input) => {
        const output = forward(input);
        logits = tf.keep(tf.clone(output));
        return loss(output);
      })(x);
      return { loss: value as tf.Tensor1D, logits: tf.clone(logits!), gradient: grad };
    } catch (error) {
      disposeTape();
      throw whyNot(error as Error, () => loss(forward(x)));
    } finally {
      logits?.dispose();
    }
  });
}

/**
 * What a failed gradient means. TensorFlow.js has many ways of saying that there is none, so what tells is whether the same
 * can be computed without.
 */
function whyNot(error: Error, compute: () => tf.Tensor): Error {
  // By name, since `@kwta/op` has its own.
  if (error.name === "InputError" && !(error instanceof ForwardError)) return error;
  try {
    tf.tidy(() => void compute());
  } catch {
    return error;
  }
  const said = firstLine((error.cause as Error | undefined)?.message ?? error.message);
  return new NoGradientError(
    `The model has no gradient on the backend ${tf.getBackend()} (${said}). ` +
      "Attacks that ask for scores or decisions alone can be used, such as square.",
    { cause: error },
  );
}

/** TensorFlow.js keeps what the backward pass would have needed when the forward pass throws. */
function disposeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) {
    for (const tensor of node.saved ?? []) tensor.dispose();
  }
  state.activeTape = [];
}
