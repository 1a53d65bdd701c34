import { InputError } from "@kwta/core";
import { convInfo } from "./window-geometry.ts";

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
  readonly dilationH: number;
  readonly dilationW: number;
  /** Zeros before the first row and the first column. */
  readonly top: number;
  readonly left: number;
}

/**
 * Sizes of a convolution that a kernel is asked for.
 *
 * @throws InputError for the channels-first layout, which the wasm backend lacks
 */
export function convGeometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: Readonly<Record<string, unknown>>,
): ConvGeometry {
  if (attrs["dataFormat"] === "NCHW") {
    throw new InputError('The wasm backend has no convolutions of "NCHW" tensors. Transpose to "NHWC".');
  }
  const info = convInfo(inputShape, filterShape, attrs);
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
    dilationH: info.dilationHeight,
    dilationW: info.dilationWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  };
}

/** Whether nothing is computed: some size is 0. */
export function isEmpty(g: ConvGeometry): boolean {
  return g.n * g.h * g.w * g.ci * g.oh * g.ow * g.co * g.kh * g.kw === 0;
}

/** Whether it is the product of two matrices, [places, ci] by [ci, co]. */
export function isMatrixProduct(g: ConvGeometry): boolean {
  return g.kh * g.kw * g.strideH * g.strideW === 1 && g.top + g.left === 0 && g.oh === g.h && g.ow === g.w;
}

/** `value` rounded up to a multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** `value` rounded down to a multiple of `step`, at least `step`. */
export function roundDown(value: number, step: number): number {
  return Math.max(1, Math.floor(value / step)) * step;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
