import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { LossAndGradient } from "../contract/classifier.ts";
import type { PerSampleLoss } from "../losses/loss.ts";

/**
 * A forward and a backward pass: the `lossAndGradient` of a {@link Classifier} from its `logits`.
 *
 * @param forward from `[n, ...]` to logits `[n, classes]`, by differentiable TensorFlow.js ops
 * @throws InputError when TensorFlow.js has no gradients registered
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
      throw error;
    } finally {
      logits?.dispose();
    }
  });
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
