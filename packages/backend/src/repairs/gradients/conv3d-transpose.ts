import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

/** The gradient of a transposed convolution of volumes: the convolution of which it is the gradient. */
export const conv3dTranspose: GradientRepair = {
  fault: "it is missing",
  kernelName: tf.Conv3DBackpropInputV2,
  inputsToSave: ["dy", "filter"],
  gradFunc(ddx, saved, attrs) {
    const [dy, filter] = saved as [tf.Tensor5D, tf.Tensor5D];
    const { strides, pad } = attrs as unknown as tf.Conv3DBackpropInputV2Attrs;
    const x = ddx as tf.Tensor5D;
    const filterShape = filter.shape;
    return {
      dy: () => tf.conv3d(x, filter, strides, pad),
      filter: () =>
        tf.engine().runKernel(tf.Conv3DBackpropFilterV2, { x, dy }, { strides, pad, filterShape }) as tf.Tensor,
    };
  },
};
