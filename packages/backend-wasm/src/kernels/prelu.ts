import * as tf from "@tensorflow/tfjs-core";
import type { WasmKernelPatch } from "../host/wasm-backend.ts";
import { repeats } from "./elementwise.ts";

/** PReLU. TensorFlow.js's takes the slopes one after the other, again and again, which is not how those of shared axes go. */
export const prelu: WasmKernelPatch = {
  kernelName: tf.Prelu,
  patch: (original) => (call) => {
    const { x, alpha } = call.inputs as { x: tf.Tensor; alpha: tf.Tensor };
    if (repeats(alpha.shape, x.shape)) return original(call);
    return tf.tidy(() => tf.add(tf.relu(x), tf.mul(alpha, tf.minimum(x, 0))));
  },
};
