import * as tf from "@tensorflow/tfjs-core";
import { guarded } from "./_window-geometry.ts";
import type { WasmKernelPatch } from "../_wasm-backend.ts";

type Shape = [number, number, number, number];

/** Depthwise convolutions and pooling of TensorFlow.js that refuse what they would compute outside of their memory. */
export const guards: readonly WasmKernelPatch[] = [
  ...[tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D].map((kernelName): WasmKernelPatch => ({
    kernelName,
    patch: (original) =>
      guarded(original, ({ inputs, attrs }) => {
        const { strides, dilations, pad, dimRoundingMode } = attrs as unknown as tf.DepthwiseConv2dNativeAttrs;
        const [x, filter] = [inputs["x"]!.shape as Shape, inputs["filter"]!.shape as Shape];
        return tf.backend_util.computeConv2DInfo(x, filter, strides, dilations ?? 1, pad, dimRoundingMode, true);
      }),
  })),
  ...[tf.MaxPool, tf.AvgPool].map((kernelName): WasmKernelPatch => ({
    kernelName,
    patch: (original) =>
      guarded(original, ({ inputs, attrs }) => {
        const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolAttrs;
        const x = inputs["x"]!.shape as Shape;
        return tf.backend_util.computePool2DInfo(x, filterSize, strides, 1, pad, dimRoundingMode);
      }),
  })),
];
