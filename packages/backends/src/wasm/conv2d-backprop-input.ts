import * as tf from "@tensorflow/tfjs-core";
import { convGeometry, isEmpty, isMatrixProduct } from "./_conv-geometry.ts";
import { PLAIN } from "./_epilogue.ts";
import { convolveBackToInput, matMul } from "./_product.ts";
import { addressOf, allocate, zeros, type WasmKernelPatch } from "./_wasm-backend.ts";
import { suitsWinogradBack, winogradBackToInput } from "./_winograd.ts";
import { filterTensor } from "./conv2d.ts";
import { hostOf } from "./host-of.ts";

/** The gradient of a convolution by its input, which TensorFlow.js computes in plain loops. */
export const conv2dBackpropInput: WasmKernelPatch = {
  kernelName: tf.Conv2DBackpropInput,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
      const shape = attrs["inputShape"] as number[];
      const g = convGeometry(shape, filter.shape, attrs);
      if (isEmpty(g)) return zeros(backend, shape);
      const dx = allocate(backend, shape);
      const host = hostOf(backend);
      const [from, weights, to] = [addressOf(backend, dy), addressOf(backend, filter), addressOf(backend, dx)];
      try {
        if (suitsWinogradBack(host, g)) winogradBackToInput(host, g, to, filterTensor(backend, filter), from, PLAIN);
        else if (isMatrixProduct(g)) {
          const [a, b] = [
            { address: from, count: 1, transposed: false },
            { address: weights, count: 1, transposed: true },
          ];
          matMul(host, a, b, to, [g.n * g.oh * g.ow, g.co, g.ci]);
        } else convolveBackToInput(host, g, to, weights, from);
        return dx;
      } catch (error) {
        backend.disposeData(dx.dataId);
        throw error;
      }
    },
};
