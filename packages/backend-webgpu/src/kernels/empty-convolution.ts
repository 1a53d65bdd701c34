import * as tf from "@tensorflow/tfjs-core";
import type { WebgpuCall, WebgpuKernelFunc } from "../device/webgpu-backend.ts";

/** By kernel, the shape that its output has. */
const OUTPUT_SHAPES: Readonly<Record<string, (call: WebgpuCall) => number[]>> = {
  Conv2D: shapeOfConvolution,
  FusedConv2D: shapeOfConvolution,
  Conv2DBackpropInput: ({ attrs }) => attrs!["inputShape"] as number[],
  Conv2DBackpropFilter: ({ attrs }) => attrs!["filterShape"] as number[],
};

/** The kernels that TensorFlow.js cannot run on a batch of no images. */
export const CONVOLUTIONS: readonly string[] = Object.keys(OUTPUT_SHAPES);

/** Gives zeros, as many as there are to give, for a batch of no images; otherwise calls the kernel. */
export function withoutImages(kernelName: string, kernel: WebgpuKernelFunc): WebgpuKernelFunc {
  return (call) => {
    // A fused convolution may have no bias.
    const given = Object.values(call.inputs).filter((input) => input !== undefined);
    const isEmpty = given.some(({ shape }) => tf.util.sizeFromShape(shape) === 0);
    if (!isEmpty) return kernel(call);
    const shape = OUTPUT_SHAPES[kernelName]!(call);
    return call.backend.makeTensorInfo(shape, "float32", new Float32Array(tf.util.sizeFromShape(shape)));
  };
}

function shapeOfConvolution({ inputs, attrs }: WebgpuCall): number[] {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs as unknown as tf.Conv2DAttrs;
  const info = tf.backend_util.computeConv2DInfo(
    inputs["x"]!.shape as [number, number, number, number],
    inputs["filter"]!.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  return info.outShape;
}
