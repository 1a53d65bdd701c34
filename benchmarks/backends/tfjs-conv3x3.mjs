// @ts-check
import * as tf from "@tensorflow/tfjs-core";
import { normalTensor } from "../workers/inputs.mjs";
/** @import { Prepared } from "../workers/tfjs.mjs" */

/** @typedef {"forward" | "input-gradient" | "filter-gradient"} Pass */

/**
 * A convolution and its gradients: the kernels that TensorFlow.js itself calls in a backward pass.
 *
 * @param {{ batch: number, size: number, channels: number, pass: Pass }} work
 * @returns {Prepared}
 */
export function prepareConvolution({ batch, size, channels, pass }) {
  const inputShape = [batch, size, size, channels];
  const filterShape = [3, 3, channels, channels];
  const x = normalTensor(inputShape, 1);
  const filter = normalTensor(filterShape, 2);
  const dy = normalTensor(inputShape, 3);
  const attrs = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dimRoundingMode: null };
  /** @type {Record<Pass, () => tf.Tensor>} */
  const runs = {
    forward: () => tf.conv2d(/** @type {tf.Tensor4D} */ (x), /** @type {tf.Tensor4D} */ (filter), 1, "same"),
    "input-gradient": () =>
      tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, /** @type {any} */ ({ ...attrs, inputShape })),
    "filter-gradient": () =>
      tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, /** @type {any} */ ({ ...attrs, filterShape })),
  };
  return { run: () => computed(runs[pass]()), dispose: () => tf.dispose([x, filter, dy]) };
}

/**
 * The tensor, once its values are there: runners may put that off.
 *
 * @template {tf.Tensor} T
 * @param {T} tensor
 */
export function computed(tensor) {
  // A GPU is waited for once, by its `finish`; to read a number would take a round trip more.
  if (tf.getBackend() !== "webgpu") tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), 0, 1).dataSync());
  return tensor;
}
