import * as tf from "@tensorflow/tfjs-core";
import type { Attributes } from "./execute.ts";

/** Sizes of a convolution. */
export type ConvInfo = tf.backend_util.Conv2DInfo;

/** Sizes of a convolution that a kernel is asked for. */
export function infoOf(
  attrs: Readonly<Record<string, unknown>>,
  inputShape: readonly number[],
  filterShape: readonly number[],
  depthwise = false,
): ConvInfo {
  const { strides, pad, dataFormat, dimRoundingMode, dilations = 1 } = attrs as unknown as tf.Conv2DAttrs;
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
    tf.backend_util.convertConv2DDataFormat(dataFormat ?? "NHWC"),
  );
}

/** Whether nothing is computed, of which TensorFlow gets the shapes wrong. */
export function isEmpty(g: ConvInfo): boolean {
  return tf.util.sizeFromShape(g.inShape) * tf.util.sizeFromShape(g.outShape) === 0;
}

/** How many rows, or columns, of the padded input an output needs. */
function reach(g: ConvInfo): [rows: number, columns: number] {
  return [
    (g.outHeight - 1) * g.strideHeight + g.effectiveFilterHeight,
    (g.outWidth - 1) * g.strideWidth + g.effectiveFilterWidth,
  ];
}

/** The zeros that TensorFlow is told of; those after the image are what the output takes, which may be less than was given. */
export function paddingOf(g: ConvInfo): [[number, number], [number, number], [number, number], [number, number]] {
  const [rows, columns] = reach(g);
  const { top, left } = g.padInfo;
  const vertical: [number, number] = [top, Math.max(0, rows - g.inHeight - top)];
  const horizontal: [number, number] = [left, Math.max(0, columns - g.inWidth - left)];
  return g.dataFormat === "channelsLast"
    ? [[0, 0], vertical, horizontal, [0, 0]]
    : [[0, 0], [0, 0], vertical, horizontal];
}

/**
 * The part of the input that is looked at. For zeros that are given as one number, TensorFlow.js takes the output's width
 * from the filter's height; TensorFlow itself would compute more columns of an oblong filter.
 */
export function seenShape(g: ConvInfo): number[] {
  if (isPlain(g)) return g.inShape;
  const [rows, columns] = reach(g);
  const height = Math.min(g.inHeight, rows - g.padInfo.top);
  const width = Math.min(g.inWidth, columns - g.padInfo.left);
  return g.dataFormat === "channelsLast"
    ? [g.batchSize, height, width, g.inChannels]
    : [g.batchSize, g.inChannels, height, width];
}

function isPlain({ padInfo }: ConvInfo): boolean {
  return padInfo.type === "SAME" || padInfo.type === "VALID";
}

/** Attributes of TensorFlow's ops for it. */
export function attributesOf(g: ConvInfo): Attributes {
  const plain = isPlain(g);
  const image = (height: number, width: number): number[] =>
    g.dataFormat === "channelsLast" ? [1, height, width, 1] : [1, 1, height, width];
  return {
    ints: {
      strides: image(g.strideHeight, g.strideWidth),
      dilations: image(g.dilationHeight, g.dilationWidth),
      ...(plain ? {} : { explicit_paddings: paddingOf(g).flat() }),
    },
    strings: {
      padding: plain ? g.padInfo.type : "EXPLICIT",
      data_format: g.dataFormat === "channelsLast" ? "NHWC" : "NCHW",
    },
    floatTypes: ["T"],
  };
}

/** The first part of a tensor: a transposed convolution may ask for a smaller input than dy would give. */
export function crop(x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  if (tf.util.arraysEqual(x.shape, [...shape])) return x;
  return tf.slice(
    x as tf.Tensor,
    shape.map(() => 0),
    [...shape],
  );
}
