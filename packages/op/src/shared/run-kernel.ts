import * as tf from "@tensorflow/tfjs-core";

/**
 * Runs a kernel of ours when the current backend has it, else returns undefined, so that the caller composes.
 *
 * @see `@kwta/op/kernels` for what there is to register
 */
export function runKernel(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: tf.NamedAttrMap = {},
): tf.Tensor[] | undefined {
  if (!tf.getKernel(name, tf.getBackend())) return undefined;
  const outputs = tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attributes);
  return Array.isArray(outputs) ? outputs : [outputs];
}
