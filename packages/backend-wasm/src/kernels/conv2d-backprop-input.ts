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
import { convGeometry, isEmpty, type ConvGeometry } from "./shared/conv-geometry.ts";
import { convolutionBackToInput } from "./shared/convolution.ts";

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
      const [from, to] = [addressOf(backend, dy), addressOf(backend, dx)];
      try {
        convolutionBackToInput(hostOf(backend), g, to, filterTensor(backend, filter), from);
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
