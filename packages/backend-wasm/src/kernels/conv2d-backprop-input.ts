import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import {
  addressOf,
  allocate,
  callKernel,
  release,
  share,
  zeros,
  type WasmBackend,
  type WasmKernelPatch,
} from "../host/wasm-backend.ts";
import { filterTensor } from "./conv2d.ts";
import { convGeometry, isEmpty, isMatrixProduct, type ConvGeometry } from "./shared/conv-geometry.ts";
import { convolveBackToInput, matMul } from "./shared/product.ts";
import { suitsWinogradBack, winogradBackToInput } from "./shared/winograd.ts";

/** The gradient of a convolution by its input, which TensorFlow.js computes in plain loops. */
export const conv2dBackpropInput: WasmKernelPatch = {
  kernelName: tf.Conv2DBackpropInput,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { filter } = inputs as { filter: tf.TensorInfo };
      const shape = attrs["inputShape"] as number[];
      const g = convGeometry(shape, filter.shape, attrs);
      if (isEmpty(g)) return zeros(backend, shape);
      const dy = crop(backend, inputs["dy"]!, g);
      const dx = allocate(backend, shape);
      const host = hostOf(backend);
      const [from, weights, to] = [addressOf(backend, dy), addressOf(backend, filter), addressOf(backend, dx)];
      try {
        if (suitsWinogradBack(host, g)) winogradBackToInput(host, g, to, filterTensor(backend, filter), from);
        else if (isMatrixProduct(g)) {
          const [a, b] = [
            { address: from, count: 1, transposed: false },
            { address: weights, count: 1, transposed: true },
          ];
          matMul(host, a, b, to, [g.n * g.oh * g.ow, g.co, g.ci]);
        } else convolveBackToInput(host, g, to, weights, from);
        return dx;
      } finally {
        release(backend, dy);
      }
    },
};

/** The part of dy that belongs to the input: a transposed convolution may ask for a smaller one than dy would give. */
function crop(backend: WasmBackend, dy: tf.TensorInfo, { n, oh, ow, co }: ConvGeometry): tf.TensorInfo {
  const size = [n, oh, ow, co];
  if (tf.util.arraysEqual(dy.shape, size)) return share(backend, dy, dy.shape);
  return callKernel(backend, tf.Slice, { x: dy }, { begin: [0, 0, 0, 0], size });
}
