import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, zeros, type WasmKernelPatch } from "../_wasm-backend.ts";
import { wasmCode } from "../_wasm-code.ts";
import { windowWords } from "./_window-geometry.ts";
import { hostOf } from "../host-of.ts";

/**
 * The gradient of max pooling: dy goes to the largest value of its window, to the first of equal ones. That of TensorFlow.js
 * compares with the smallest positive number first, so that windows without a positive value send theirs to a wrong place.
 */
export const maxPoolGrad: WasmKernelPatch = {
  kernelName: tf.MaxPoolGrad,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
      const info = infoOf(input.shape, attrs);
      if (tf.util.sizeFromShape(dy.shape) === 0) return zeros(backend, input.shape);
      const dx = allocate(backend, input.shape);
      const words = [input, dy, dx].map((tensor) => addressOf(backend, tensor));
      hostOf(backend).run(wasmCode, "maxPoolBack", info.batchSize, [...words, ...windowWords(info, 1)]);
      return dx;
    },
};

/**
 * The gradient of average pooling: dy in equal parts to the places of its window. That of TensorFlow.js divides by the size
 * of the window also where it sticks out of the image, which its forward pass does not.
 */
export const avgPoolGrad: WasmKernelPatch = {
  kernelName: tf.AvgPoolGrad,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
      const info = infoOf(input.shape, attrs);
      if (tf.util.sizeFromShape(dy.shape) === 0) return zeros(backend, input.shape);
      const dx = allocate(backend, input.shape);
      const words = [dx, dy, dx].map((tensor) => addressOf(backend, tensor));
      hostOf(backend).run(wasmCode, "averagePoolBack", info.batchSize, [...words, ...windowWords(info, 1)]);
      return dx;
    },
};

function infoOf(inputShape: readonly number[], attrs: Readonly<Record<string, unknown>>): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolGradAttrs;
  const shape = [...inputShape] as [number, number, number, number];
  return tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
}
