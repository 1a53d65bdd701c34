import * as tf from "@tensorflow/tfjs-core";
import { wasmCode } from "../host/_wasm-code.ts";
import { hostOf } from "../host/host-of.ts";
import { addressOf, allocate, zeros, type WasmBackend, type WasmKernelPatch } from "../host/wasm-backend.ts";
import { convInfo, windowWords } from "./shared/window-geometry.ts";

/** The gradients of depthwise convolutions, which TensorFlow.js lacks on wasm. */
export const depthwiseGradients: readonly WasmKernelPatch[] = [
  {
    kernelName: tf.DepthwiseConv2dNativeBackpropInput,
    patch:
      () =>
      ({ inputs, backend, attrs }) => {
        const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
        const shape = attrs["inputShape"] as number[];
        const info = convInfo(shape, filter.shape, attrs, true);
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
        const info = convInfo(x.shape, shape, attrs, true);
        if (tf.util.sizeFromShape(shape) === 0) return zeros(backend, shape);
        const dw = allocate(backend, shape);
        const words = addresses(backend, [x, dy, dw]);
        run(backend, "depthwiseBackToFilter", shape[0]! * shape[1]!, [...words, ...windowWords(info, shape[3]!)]);
        return dw;
      },
  },
];

function addresses(backend: WasmBackend, tensors: readonly tf.TensorInfo[]): number[] {
  return tensors.map((tensor) => addressOf(backend, tensor));
}

function run(backend: WasmBackend, name: string, chunks: number, words: readonly number[]): void {
  hostOf(backend).run(wasmCode, name, chunks, words);
}
