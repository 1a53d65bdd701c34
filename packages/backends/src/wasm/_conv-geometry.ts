import { InputError } from "@kwta/core";
import * as tf from "@tensorflow/tfjs-core";

/** Sizes of a convolution, by the letters that the kernels use. */
export interface ConvGeometry {
  /** Batch. */
  readonly n: number;
  /** Input: height, width, channels. */
  readonly h: number;
  readonly w: number;
  readonly ci: number;
  /** Output: height, width, channels. */
  readonly oh: number;
  readonly ow: number;
  readonly co: number;
  /** Filter: height, width. */
  readonly kh: number;
  readonly kw: number;
  readonly strideH: number;
  readonly strideW: number;
  /** Zeros before the first row and the first column. */
  readonly top: number;
  readonly left: number;
}

/**
 * Sizes of the convolution whose gradient a kernel is asked for. TensorFlow.js passes no dilation to gradient kernels and
 * refuses dilated convolutions before.
 *
 * @throws InputError for the channels-first layout, which the forward convolution of the wasm backend lacks too
 */
export function convGeometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): ConvGeometry {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
  if (dataFormat === "NCHW") {
    throw new InputError('The wasm backend has no convolutions of "NCHW" tensors. Transpose to "NHWC".');
  }
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return {
    n: info.batchSize,
    h: info.inHeight,
    w: info.inWidth,
    ci: info.inChannels,
    oh: info.outHeight,
    ow: info.outWidth,
    co: info.outChannels,
    kh: info.filterHeight,
    kw: info.filterWidth,
    strideH: info.strideHeight,
    strideW: info.strideWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}
