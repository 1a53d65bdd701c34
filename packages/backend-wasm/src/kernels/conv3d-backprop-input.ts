import * as tf from "@tensorflow/tfjs-core";
import { wasmCode } from "../host/_wasm-code.ts";
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

type Shape5D = [number, number, number, number, number];

/** The gradient of a convolution of volumes by its input. TensorFlow.js's is wrong for nearly all sizes: it leaves most of it out. */
export const conv3dBackpropInput: WasmKernelPatch = {
  kernelName: tf.Conv3DBackpropInputV2,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { filter } = inputs as { filter: tf.TensorInfo };
      const { pad, strides } = attrs as unknown as tf.Conv3DBackpropInputV2Attrs;
      const shape = attrs["inputShape"] as Shape5D;
      const info = tf.backend_util.computeConv3DInfo(shape, filter.shape as Shape5D, strides, 1, pad);
      if (tf.util.sizeFromShape(info.outShape) === 0) return zeros(backend, shape);
      const dy = crop(backend, inputs["dy"]!, info.outShape);
      const dx = allocate(backend, shape);
      const words = [dx, dy, filter].map((tensor) => addressOf(backend, tensor));
      hostOf(backend).run(wasmCode, "convolve3dBackToInput", info.batchSize, [...words, ...volumeWords(info)]);
      release(backend, dy);
      return dx;
    },
};

/** As parameters of the function in `assembly/volume.ts`, after three addresses. */
function volumeWords(g: tf.backend_util.Conv3DInfo): number[] {
  const sizes = [g.inDepth, g.inHeight, g.inWidth, g.inChannels, g.outDepth, g.outHeight, g.outWidth, g.outChannels];
  const window = [g.filterDepth, g.filterHeight, g.filterWidth, g.strideDepth, g.strideHeight, g.strideWidth];
  return [...sizes, ...window, g.padInfo.front, g.padInfo.top, g.padInfo.left];
}

/** The part of dy that belongs to the input: a transposed convolution may ask for a smaller one than dy would give. */
function crop(backend: WasmBackend, dy: tf.TensorInfo, size: readonly number[]): tf.TensorInfo {
  if (tf.util.arraysEqual(dy.shape, [...size])) return share(backend, dy, dy.shape);
  return callKernel(backend, tf.Slice, { x: dy }, { begin: size.map(() => 0), size });
}
