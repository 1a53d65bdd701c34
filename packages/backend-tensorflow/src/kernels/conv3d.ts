import { spread } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import type { KernelPatch } from "./shared/kernel-patch.ts";
import { isMisread, withSecondChannel } from "./shared/single-channel.ts";

type Shape5D = [number, number, number, number, number];

/** Convolution of volumes. Of dilations, which TensorFlow refuses on CPUs, the filter gets the zeros beforehand. */
export const conv3d: KernelPatch = {
  kernelName: tf.Conv3D,
  patch: (original) => (call) => {
    const { x, filter } = call.inputs as { x: tf.Tensor; filter: tf.Tensor };
    const { strides, pad, dilations } = call.attrs as unknown as tf.Conv3DAttrs;
    const info = tf.backend_util.computeConv3DInfo(
      x.shape as Shape5D,
      filter.shape as Shape5D,
      strides,
      dilations,
      pad,
    );
    const rates = [info.dilationDepth, info.dilationHeight, info.dilationWidth];
    const isDilated = rates.some((rate) => rate > 1);
    if (!isDilated && !isMisread(info)) return original(call);
    return tf.tidy(() => {
      const full = rates.reduce(spread, filter);
      const [image, taps] = isMisread(info) ? withSecondChannel(x, full) : [x, full];
      const attrs = { ...call.attrs, dilations: [1, 1, 1] };
      return original({ ...call, inputs: { x: image, filter: taps }, attrs }) as tf.Tensor;
    });
  },
};
