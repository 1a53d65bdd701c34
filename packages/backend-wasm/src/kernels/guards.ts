import * as tf from "@tensorflow/tfjs-core";
import type { WasmKernelPatch } from "../host/wasm-backend.ts";
import { convInfo, guarded, poolInfo } from "./shared/window-geometry.ts";

/** Depthwise convolutions and pooling of TensorFlow.js that refuse what they would compute outside of their memory. */
export const guards: readonly WasmKernelPatch[] = [
  ...[tf.DepthwiseConv2dNative, tf.FusedDepthwiseConv2D].map((kernelName): WasmKernelPatch => ({
    kernelName,
    patch: (original) =>
      guarded(original, ({ inputs, attrs }) => convInfo(inputs["x"]!.shape, inputs["filter"]!.shape, attrs, true)),
  })),
  ...[tf.MaxPool, tf.AvgPool].map((kernelName): WasmKernelPatch => ({
    kernelName,
    patch: (original) => guarded(original, ({ inputs, attrs }) => poolInfo(inputs["x"]!.shape, attrs)),
  })),
];
