import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import { addressOf, allocate, zeros, type WasmKernelPatch } from "../host/wasm-backend.ts";
import { convGeometry, isEmpty } from "./shared/conv-geometry.ts";
import { convolutionBackToFilter } from "./shared/convolution.ts";

/** The gradient of a convolution by its filter, which TensorFlow.js lacks on wasm (tfjs issue 8474). */
export const conv2dBackpropFilter: WasmKernelPatch = {
  kernelName: tf.Conv2DBackpropFilter,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
      const shape = attrs["filterShape"] as number[];
      const g = convGeometry(x.shape, shape, attrs);
      if (isEmpty(g)) return zeros(backend, shape);
      const dw = allocate(backend, shape);
      const [from, gradient, to] = [addressOf(backend, x), addressOf(backend, dy), addressOf(backend, dw)];
      convolutionBackToFilter(hostOf(backend), g, from, to, gradient);
      return dw;
    },
};
