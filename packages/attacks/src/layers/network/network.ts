import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { writeNetwork, type Written } from "./write-network.ts";

/** A model as the text that a backend's kernel `Network` computes in one call, with its weights. */
export interface Network {
  /** Whether the backend in use can compute it. */
  isThere(): boolean;
  /** The scores `[n, scores]` of x; no tape records it. */
  forward(x: tf.Tensor): tf.Tensor2D;
  /** The same with a gradient by x. */
  differentiable(x: tf.Tensor): tf.Tensor2D;
}

/**
 * The network that a model is in inference mode, which follows later changes of weights and sparsity.
 *
 * @returns undefined for a model with layers that no line can say: it is computed layer by layer
 */
export function networkOf(model: LayersModel): Network | undefined {
  const lines = writeNetwork(model, ["Network", "NetworkGradient"]);
  if (lines === undefined) return undefined;
  return {
    isThere: lines.isThere,
    forward: (x) => run(x, lines.now(), false)[0],
    differentiable(x) {
      const apply = tf.customGrad((input, save) => {
        const now = lines.now();
        const [value, tape] = run(input as tf.Tensor, now, true);
        (save as tf.GradSaveFunc)([tape]);
        const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]): tf.Tensor => {
          const { weights: own, network } = now;
          const attributes = { network, sample: lines.sample };
          const dx = tf.engine().runKernel("NetworkGradient", { dy, tape: saved!, ...own }, attributes) as tf.Tensor;
          return tf.reshape(dx, (input as tf.Tensor).shape);
        };
        return { value, gradFunc };
      });
      return apply(x) as tf.Tensor2D;
    },
  };
}

function run(x: tf.Tensor, { weights, network }: Written, keep: boolean): [y: tf.Tensor2D, tape: tf.Tensor] {
  return tf.engine().runKernel("Network", { x, ...weights }, { network, keep }) as [tf.Tensor2D, tf.Tensor];
}
