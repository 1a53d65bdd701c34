import * as tf from "@tensorflow/tfjs-core";
import { asTensor, type Kernel, type KernelArguments, type KernelRepair } from "../kernel-repair.ts";

/*
 * The forward pass divides by the number of places that a window has within the image, its gradient in TensorFlow.js by the window's
 * size. Where a window sticks out, dy is made larger first by as much as is then divided too much.
 */

const FAULT = "dy is divided by the size of the window also where it sticks out of the image";

/** Of images. */
export const averagePoolGradient: KernelRepair = {
  kernelName: tf.AvgPoolGrad,
  fault: FAULT,
  repair: (original) => (call) => {
    const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as tf.AvgPoolGradAttrs & Rounding;
    const shape = call.inputs["input"]!.shape as [number, number, number, number];
    const g = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    return scaled(original, call, [
      factors(g.outHeight, g.strideHeight, g.filterHeight, g.padInfo.top, g.inHeight),
      factors(g.outWidth, g.strideWidth, g.filterWidth, g.padInfo.left, g.inWidth),
    ]);
  },
};

/** Of volumes. */
export const averagePool3dGradient: KernelRepair = {
  kernelName: tf.AvgPool3DGrad,
  fault: FAULT,
  repair: (original) => (call) => {
    const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as tf.AvgPool3DGradAttrs & Rounding;
    const shape = call.inputs["input"]!.shape as [number, number, number, number, number];
    const g = tf.backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    return scaled(original, call, [
      factors(g.outDepth, g.strideDepth, g.filterDepth, g.padInfo.front, g.inDepth),
      factors(g.outHeight, g.strideHeight, g.filterHeight, g.padInfo.top, g.inHeight),
      factors(g.outWidth, g.strideWidth, g.filterWidth, g.padInfo.left, g.inWidth),
    ]);
  },
};

interface Rounding {
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** For each place of a side: the window's size by how much of it lies within the image; 0 where nothing does. */
function factors(places: number, stride: number, window: number, before: number, size: number): number[] {
  return Array.from({ length: places }, (_, i) => {
    const start = i * stride - before;
    const inside = Math.min(size, start + window) - Math.max(0, start);
    return inside > 0 ? window / inside : 0;
  });
}

function scaled(original: Kernel, call: KernelArguments, sides: readonly number[][]): tf.TensorInfo {
  if (sides.every((side) => side.every((factor) => factor === 1))) return original(call);
  return tf.tidy(() => {
    const grid = sides.reduce((rest, side) => rest.flatMap((a) => side.map((b) => a * b)), [1]);
    const scale = tf.tensor(grid, [1, ...sides.map(({ length }) => length), 1]);
    const larger = tf.mul(call.inputs["dy"] as tf.Tensor, scale);
    return asTensor(original({ ...call, inputs: { ...call.inputs, dy: larger } }));
  });
}
