import * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../../load/node-backend.ts";
import type { ConvInfo } from "./conv-info.ts";
import { execute } from "./execute.ts";
import { currentSettings } from "./settings.ts";

/** What a convolution does to each number of its output. */
export interface Epilogue {
  /** One number per channel, to be added. */
  readonly bias?: tf.TensorInfo | undefined;
  readonly relu?: boolean;
}

/**
 * The fewest channels, of each side, with which Winograd's algorithm is the faster one: measured, with 16 floats at a time. A
 * first layer of three colours and nets of eight channels are TensorFlow's.
 */
const FEWEST_CHANNELS = 16;

/** Whether Winograd's algorithm can do this convolution of float32, and is the faster one. */
export function suitsWinograd({ dataFormat, ...g }: ConvInfo): boolean {
  if (!currentSettings().winograd || dataFormat !== "channelsLast") return false;
  const plain = g.strideHeight * g.strideWidth * g.dilationHeight * g.dilationWidth === 1;
  const { top, left } = g.padInfo;
  if (!plain || g.filterHeight !== 3 || g.filterWidth !== 3 || top > 2 || left > 2) return false;
  if (Math.min(g.inChannels, g.outChannels) < FEWEST_CHANNELS || g.batchSize === 0) return false;
  // Output that does not fill its tiles is computed in vain.
  const tiles = Math.ceil(g.outHeight / 4) * Math.ceil(g.outWidth / 4);
  return 1.25 * 36 * tiles < 9 * g.outHeight * g.outWidth;
}

/** The convolution. */
export function winogradForward(
  backend: NodeBackend,
  g: ConvInfo,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  { bias, relu = false }: Epilogue = {},
): tf.Tensor {
  const ints = {
    top: g.padInfo.top,
    left: g.padInfo.left,
    height: g.outHeight,
    width: g.outWidth,
    turned: 0,
    relu: relu ? 1 : 0,
  };
  return convolve(backend, x, filter, bias, ints);
}

/** The gradient by the input: the convolution of dy with the filters turned by 180 degrees. */
export function winogradBackToInput(
  backend: NodeBackend,
  g: ConvInfo,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
): tf.Tensor {
  const { top, left } = g.padInfo;
  const ints = { top: 2 - top, left: 2 - left, height: g.inHeight, width: g.inWidth, turned: 1, relu: 0 };
  return convolve(backend, dy, filter, undefined, ints);
}

/** The gradient by the filter. */
export function winogradBackToFilter(
  backend: NodeBackend,
  g: ConvInfo,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
): tf.Tensor {
  const { top, left } = g.padInfo;
  return execute(backend, "KwtaWinogradFilterGradient", [x, dy], 1, { ints: { top, left } })[0]!;
}

function convolve(
  backend: NodeBackend,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  bias: tf.TensorInfo | undefined,
  ints: Readonly<Record<string, number>>,
): tf.Tensor {
  return tf.tidy(() => {
    const row = bias ?? tf.tensor1d([], "float32");
    return execute(backend, "KwtaWinogradConvolution", [x, filter, row], 1, { ints })[0]!;
  });
}
