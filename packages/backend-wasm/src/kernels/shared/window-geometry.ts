import { InputError, show } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";
import type { KernelCall, WasmKernelFunc } from "../../host/wasm-backend.ts";

type Info = tf.backend_util.Conv2DInfo;
type Shape = readonly number[];
type Shape4D = [number, number, number, number];
type Attrs = Readonly<Record<string, unknown>>;

/** The sizes of a convolution. */
export function convInfo(inputShape: Shape, filterShape: Shape, attrs: Attrs, depthwise = false): Info {
  // TensorFlow.js passes no dilation to gradient kernels: it refuses dilated convolutions before.
  const { strides, pad, dilations, dimRoundingMode } = attrs as unknown as tf.Conv2DAttrs;
  const shapes = [[...inputShape], [...filterShape]] as [Shape4D, Shape4D];
  return tf.backend_util.computeConv2DInfo(...shapes, strides, dilations ?? 1, pad, dimRoundingMode, depthwise);
}

/** The sizes of a pooling. */
export function poolInfo(inputShape: Shape, attrs: Attrs): Info {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolAttrs;
  return tf.backend_util.computePool2DInfo([...inputShape] as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
}

/** As parameters of the functions in `assembly/window.ts`, after three addresses. */
export function windowWords(info: Info, outputsPerChannel: number): number[] {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  const sizes = [batchSize, inHeight, inWidth, inChannels, outputsPerChannel, outHeight, outWidth];
  const filter = [info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth];
  return [...sizes, ...filter, info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left];
}

/**
 * A kernel of TensorFlow.js, guarded against its own arithmetic: it computes the width of the output from the height of the
 * window where the padding is one number, and XNNPACK, which does not, writes beyond the end.
 *
 * @param infoOf the sizes by which the output is allocated
 */
export function guarded(original: WasmKernelFunc, infoOf: (call: KernelCall) => Info): WasmKernelFunc {
  return (call) => {
    const info = infoOf(call);
    const { padInfo } = info;
    const height = places(info.inHeight + padInfo.top + padInfo.bottom, windowSize(info, "Height"), info.strideHeight);
    const width = places(info.inWidth + padInfo.left + padInfo.right, windowSize(info, "Width"), info.strideWidth);
    // Asked to round up, TensorFlow.js allocates more than XNNPACK fills.
    const rounded = call.attrs["dimRoundingMode"] != null;
    const fits = rounded
      ? height <= info.outHeight && width <= info.outWidth
      : height === info.outHeight && width === info.outWidth;
    if (!fits) {
      throw new InputError(
        `TensorFlow.js cannot compute a window of ${info.filterHeight}x${info.filterWidth}, strides ` +
          `${info.strideHeight}, ${info.strideWidth}, with the padding ${show(call.attrs["pad"])}: it takes the width of the ` +
          'output from the height of the window. Use "same", "valid" or tf.pad.',
      );
    }
    return original(call);
  };
}

function places(size: number, window: number, stride: number): number {
  return Math.floor((size - window) / stride) + 1;
}

function windowSize(info: Info, side: "Height" | "Width"): number {
  return (info[`filter${side}`] - 1) * info[`dilation${side}`] + 1;
}
