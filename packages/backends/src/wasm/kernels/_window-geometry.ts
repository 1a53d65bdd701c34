import { InputError, show } from "@kwta/core";
import type { backend_util } from "@tensorflow/tfjs-core";
import type { WasmKernel } from "../_wasm-backend.ts";

type Info = backend_util.Conv2DInfo;

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
export function guarded(original: WasmKernel, infoOf: (call: Parameters<WasmKernel>[0]) => Info): WasmKernel {
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
