import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";
import { spread, thin } from "../one-axis.ts";

/*
 * A dilated convolution is the one with zeros between the taps of its filter. So are its gradients, which TensorFlow.js refuses to
 * compute: that by the input with those zeros, that by the filter without what belongs to them.
 */

const FAULT = "dilated convolutions are refused";

/** Convolution of images. */
export const dilatedConv2d: GradientRepair = {
  fault: FAULT,
  kernelName: tf.Conv2D,
  inputsToSave: ["x", "filter"],
  applies: ({ dilations }) => isDilated(dilations),
  gradFunc(dy, saved, attrs) {
    const { dilations, strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as tf.Conv2DAttrs;
    const rest = { strides, pad, dataFormat, dimRoundingMode };
    return backByKernels(dy as tf.Tensor, saved, pair(dilations), rest, [
      tf.Conv2DBackpropInput,
      tf.Conv2DBackpropFilter,
    ]);
  },
};

/** Depthwise convolution of images. */
export const dilatedDepthwise: GradientRepair = {
  fault: FAULT,
  kernelName: tf.DepthwiseConv2dNative,
  inputsToSave: ["x", "filter"],
  applies: ({ dilations }) => isDilated(dilations),
  gradFunc(dy, saved, attrs) {
    const { dilations, strides, pad, dimRoundingMode } = attrs as unknown as tf.DepthwiseConv2dNativeAttrs;
    const rest = { strides, pad, dimRoundingMode, dilations: [1, 1] };
    return backByKernels(dy as tf.Tensor, saved, pair(dilations), rest, [
      tf.DepthwiseConv2dNativeBackpropInput,
      tf.DepthwiseConv2dNativeBackpropFilter,
    ]);
  },
};

/** Convolution of volumes. */
export const dilatedConv3d: GradientRepair = {
  fault: FAULT,
  kernelName: tf.Conv3D,
  inputsToSave: ["x", "filter"],
  applies: ({ dilations }) => isDilated(dilations),
  gradFunc(dy, saved, attrs) {
    const { dilations, strides, pad } = attrs as unknown as tf.Conv3DAttrs;
    const rates = typeof dilations === "number" ? [dilations, dilations, dilations] : dilations;
    return backByKernels(dy as tf.Tensor, saved, rates, { strides, pad }, [
      tf.Conv3DBackpropInputV2,
      tf.Conv3DBackpropFilterV2,
    ]);
  },
};

function isDilated(dilations: unknown): boolean {
  return [dilations ?? 1].flat().some((rate) => rate !== 1);
}

function pair(dilations: number | readonly number[]): readonly number[] {
  return typeof dilations === "number" ? [dilations, dilations] : dilations;
}

function backByKernels(
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  rates: readonly number[],
  attrs: object,
  [byInput, byFilter]: readonly [string, string],
): ReturnType<tf.GradFunc> {
  const [x, filter] = saved as [tf.Tensor, tf.Tensor];
  const run = (kernel: string, inputs: tf.NamedTensorMap, more: object): tf.Tensor =>
    tf.engine().runKernel(kernel, inputs, { ...attrs, ...more } as tf.NamedAttrMap) as tf.Tensor;
  const wide = filter.shape.map((size, axis) => (rates[axis] ? (size - 1) * rates[axis]! + 1 : size));
  return {
    x: () => run(byInput, { dy, filter: rates.reduce(spread, filter) }, { inputShape: x.shape }),
    filter: () => rates.reduce(thin, run(byFilter, { x, dy }, { filterShape: wide })),
  };
}
