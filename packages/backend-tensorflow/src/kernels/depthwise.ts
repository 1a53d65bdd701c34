import * as tf from "@tensorflow/tfjs-core";
import { attributesOf, infoOf, paddingOf } from "./shared/conv-info.ts";
import { execute } from "./shared/execute.ts";
import type { KernelPatch } from "./shared/kernel-patch.ts";

/** Depthwise convolution; of a number of zeros on each side tfjs-node makes an error. */
const forward: KernelPatch = {
  kernelName: tf.DepthwiseConv2dNative,
  patch: (original) => (call) => {
    if (typeof call.attrs["pad"] !== "number") return original(call);
    const info = infoOf(call.attrs, call.inputs["x"]!.shape, call.inputs["filter"]!.shape, true);
    return original({ ...call, attrs: { ...call.attrs, pad: paddingOf(info) } });
  },
};

/** Its gradient by the input; tfjs-node forgets to pass on how many zeros there are. */
const backToInput: KernelPatch = {
  kernelName: tf.DepthwiseConv2dNativeBackpropInput,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
      const shape = attrs["inputShape"] as number[];
      const attributes = attributesOf(infoOf(attrs, shape, filter.shape, true));
      return tf.tidy(() => {
        const sizes = tf.tensor1d(shape, "int32");
        return execute(backend, "DepthwiseConv2dNativeBackpropInput", [sizes, filter, dy], 1, attributes)[0]!;
      });
    },
};

/** Its gradient by the filter. */
const backToFilter: KernelPatch = {
  kernelName: tf.DepthwiseConv2dNativeBackpropFilter,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
      const shape = attrs["filterShape"] as number[];
      const attributes = attributesOf(infoOf(attrs, x.shape, shape, true));
      return tf.tidy(() => {
        const sizes = tf.tensor1d(shape, "int32");
        return execute(backend, "DepthwiseConv2dNativeBackpropFilter", [x, sizes, dy], 1, attributes)[0]!;
      });
    },
};

/** Depthwise convolutions with any padding. */
export const depthwise: readonly KernelPatch[] = [forward, backToFilter, backToInput];
