import * as tf from "@tensorflow/tfjs-core";
import type { KernelPatch } from "./shared/kernel-patch.ts";

/** Sums of segments; rows whose number is not that of a segment are left out, as on other backends. */
export const unsortedSegmentSum: KernelPatch = {
  kernelName: tf.UnsortedSegmentSum,
  patch: (original) => (call) => {
    const ids = call.inputs["segmentIds"] as tf.Tensor;
    return tf.tidy(() => {
      // Negative ones TensorFlow leaves out by itself.
      const segmentIds = tf.where(tf.less(ids, call.attrs["numSegments"] as number), ids, tf.scalar(-1, "int32"));
      return original({ ...call, inputs: { ...call.inputs, segmentIds } }) as tf.Tensor;
    });
  },
};
