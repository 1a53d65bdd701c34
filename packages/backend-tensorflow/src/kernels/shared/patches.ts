import type * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../../load/node-backend.ts";
import type { ConvInfo } from "./conv-info.ts";
import { execute } from "./execute.ts";
import { currentSettings } from "./settings.ts";

/**
 * Whether our products of patches are faster than TensorFlow's op for this convolution of float32, as measured: with a
 * stride, for windows of one pixel and for small images of many channels. It depends on one sample's shape alone.
 */
export function suitsPatches(g: ConvInfo): boolean {
  if (!currentSettings().native || g.dataFormat !== "channelsLast") return false;
  const strided = g.strideHeight * g.strideWidth > 1;
  const pointwise = g.filterHeight * g.filterWidth === 1;
  return strided && g.inChannels >= 32 && g.outChannels >= 32 && (pointwise || g.outHeight * g.outWidth <= 16);
}

/** The convolution. */
export function patchForward(backend: NodeBackend, g: ConvInfo, x: tf.TensorInfo, filter: tf.TensorInfo): tf.Tensor {
  const ints = { ...windowOf(g), height: g.outHeight, width: g.outWidth };
  return execute(backend, "KwtaPatchConvolution", [x, filter], 1, { ints })[0]!;
}

/** The gradient by the input. */
export function patchBackToInput(
  backend: NodeBackend,
  g: ConvInfo,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
): tf.Tensor {
  const ints = { ...windowOf(g), height: g.inHeight, width: g.inWidth };
  return execute(backend, "KwtaPatchInputGradient", [dy, filter], 1, { ints })[0]!;
}

/** The gradient by the filter. */
export function patchBackToFilter(backend: NodeBackend, g: ConvInfo, x: tf.TensorInfo, dy: tf.TensorInfo): tf.Tensor {
  const ints = { ...windowOf(g), height: g.filterHeight, width: g.filterWidth };
  return execute(backend, "KwtaPatchFilterGradient", [x, dy], 1, { ints })[0]!;
}

function windowOf(g: ConvInfo): Record<string, number> {
  return {
    stride_height: g.strideHeight,
    stride_width: g.strideWidth,
    dilation_height: g.dilationHeight,
    dilation_width: g.dilationWidth,
    top: g.padInfo.top,
    left: g.padInfo.left,
  };
}
