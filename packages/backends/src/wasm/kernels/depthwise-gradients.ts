import * as tf from "@tensorflow/tfjs-core";
import { addressOf, allocate, zeros, type WasmBackend, type WasmKernelPatch } from "../_wasm-backend.ts";
import { wasmCode } from "../_wasm-code.ts";
import { windowWords } from "./_window-geometry.ts";
import { hostOf } from "../host-of.ts";

/** The gradients of depthwise convolutions, which TensorFlow.js lacks on wasm. */
export const depthwiseGradients: readonly WasmKernelPatch[] = [
  {
    kernelName: tf.DepthwiseConv2dNativeBackpropInput,
    patch:
      () =>
      ({ inputs, backend, attrs }) => {
        const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
        const shape = attrs["inputShape"] as number[];
        const info = infoOf(shape, filter.shape, attrs);
        if (info.batchSize * tf.util.sizeFromShape(dy.shape) === 0) return zeros(backend, shape);
        const dx = allocate(backend, shape);
        const words = addresses(backend, [dx, dy, filter]);
        run(backend, "depthwiseBackToInput", info.batchSize, [...words, ...windowWords(info, filter.shape[3]!)]);
        return dx;
      },
  },
  {
    kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
    patch:
      () =>
      ({ inputs, backend, attrs }) => {
        const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
        const shape = attrs["filterShape"] as number[];
        const info = infoOf(x.shape, shape, attrs);
        if (tf.util.sizeFromShape(shape) === 0) return zeros(backend, shape);
        const dw = allocate(backend, shape);
        const words = addresses(backend, [x, dy, dw]);
        run(backend, "depthwiseBackToFilter", shape[0]! * shape[1]!, [...words, ...windowWords(info, shape[3]!)]);
        return dw;
      },
  },
];

function infoOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): tf.backend_util.Conv2DInfo {
  const { strides, pad, dilations = 1, dimRoundingMode } = attrs as unknown as tf.DepthwiseConv2dNativeAttrs;
  type Shape = [number, number, number, number];
  const [x, filter] = [[...inputShape] as Shape, [...filterShape] as Shape];
  return tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode, true);
}

function addresses(backend: WasmBackend, tensors: readonly tf.TensorInfo[]): number[] {
  return tensors.map((tensor) => addressOf(backend, tensor));
}

function run(backend: WasmBackend, name: string, chunks: number, words: readonly number[]): void {
  hostOf(backend).run(wasmCode, name, chunks, words);
}
