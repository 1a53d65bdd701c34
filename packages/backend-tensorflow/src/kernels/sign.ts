import * as tf from "@tensorflow/tfjs-core";
import type { KernelPatch } from "./shared/kernel-patch.ts";

/** `tf.sign`. Of what is no number it is 0, as on the other backends and in PyTorch; TensorFlow's is NaN. */
export const sign: KernelPatch = {
  kernelName: tf.Sign,
  patch: (original) => (call) => {
    const x = call.inputs["x"] as tf.Tensor;
    if (x.dtype !== "float32") return original(call);
    return tf.tidy(() => tf.where(tf.isNaN(x), tf.zerosLike(x), original(call) as tf.Tensor));
  },
};
