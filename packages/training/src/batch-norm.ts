import * as tf from "@tensorflow/tfjs-core";
import type { layers, LayersModel } from "@tensorflow/tfjs-layers";

/** What of tfjs-layers' batch norm is not public. */
interface BatchNorm {
  call(inputs: tf.Tensor | tf.Tensor[], settings: { training?: boolean }): tf.Tensor | tf.Tensor[];
  readonly movingVariance: { read(): tf.Tensor; write(value: tf.Tensor): unknown };
  readonly momentum: number;
}

/**
 * Lets the batch norms of a model keep the running variance that PyTorch and Keras keep, and TF.js does not: that of the
 * batch times m / (m - 1), for m values a channel, which is no longer too small on average.
 *
 * @returns undoes it
 */
export function unbiasRunningVariance(model: LayersModel): () => void {
  const norms = model.layers.filter(isBatchNorm);
  for (const norm of norms) {
    const call = norm.call.bind(norm);
    norm.call = (inputs, settings) => {
      if (settings.training !== true) return call(inputs, settings);
      const before = tf.clone(norm.movingVariance.read());
      const output = call(inputs, settings);
      correct(norm, before, count(Array.isArray(inputs) ? inputs[0]! : inputs));
      before.dispose();
      return output;
    };
  }
  return () => {
    // The method of the class shows again.
    for (const norm of norms) delete (norm as Partial<BatchNorm>).call;
  };
}

/** Values a channel, which is the last axis. */
function count({ shape }: tf.Tensor): number {
  return shape.slice(0, -1).reduce((a, b) => a * b, 1);
}

/** `after` is `momentum * before + (1 - momentum) * biased`. One value a channel has no variance, as the layer saw it. */
function correct({ movingVariance, momentum }: BatchNorm, before: tf.Tensor, m: number): void {
  if (m < 2) return;
  tf.tidy(() => {
    const after = movingVariance.read();
    const added = tf.sub(after, tf.mul(before, momentum));
    movingVariance.write(tf.add(after, tf.div(added, m - 1)));
  });
}

function isBatchNorm(layer: layers.Layer): layer is layers.Layer & BatchNorm {
  return layer.getClassName() === "BatchNormalization" && layer.trainable;
}
