import * as tf from "@tensorflow/tfjs-core";
import { wasmCode } from "../host/_wasm-code.ts";
import { hostOf } from "../host/host-of.ts";
import { addressOf, allocate, zeros, type WasmKernelFunc, type WasmKernelPatch } from "../host/wasm-backend.ts";
import { poolInfo, windowWords } from "./shared/window-geometry.ts";

/**
 * The gradient of max pooling: dy goes to the largest value of its window, to the first of equal ones. That of TensorFlow.js
 * compares with the smallest positive number first, so that windows without a positive value send theirs to a wrong place.
 */
export const maxPoolGrad: WasmKernelPatch = poolGradient(tf.MaxPoolGrad, "maxPoolBack");

/**
 * The gradient of average pooling: dy in equal parts to the places of its window. That of TensorFlow.js divides by the size
 * of the window also where it sticks out of the image, which its forward pass does not.
 */
export const avgPoolGrad: WasmKernelPatch = poolGradient(tf.AvgPoolGrad, "averagePoolBack");

function poolGradient(kernelName: string, name: string): WasmKernelPatch {
  const kernel: WasmKernelFunc = ({ inputs, backend, attrs }) => {
    const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
    const info = poolInfo(input.shape, attrs);
    if (tf.util.sizeFromShape(dy.shape) === 0) return zeros(backend, input.shape);
    const dx = allocate(backend, input.shape);
    const words = [input, dy, dx].map((tensor) => addressOf(backend, tensor));
    hostOf(backend).run(wasmCode, name, info.batchSize, [...words, ...windowWords(info, 1)]);
    return dx;
  };
  return { kernelName, patch: () => kernel };
}
