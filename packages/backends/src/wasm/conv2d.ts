import * as tf from "@tensorflow/tfjs-core";
import type { WasmKernelPatch } from "./_wasm-backend.ts";

/**
 * Convolutions with padding "same", padded by explicit numbers: told "same", XNNPACK returns zeros where the input is
 * smaller than the stride and larger than the filter.
 */
export const convolutions: readonly WasmKernelPatch[] = [tf.Conv2D, tf.FusedConv2D].map((kernelName) => ({
  kernelName,
  patch: (original) => (call) => {
    const { inputs, attrs } = call;
    const { strides, pad, dilations, dataFormat, dimRoundingMode } = attrs as unknown as tf.Conv2DAttrs;
    if (pad !== "same" || dataFormat === "NCHW") return original(call);
    const { padInfo } = tf.backend_util.computeConv2DInfo(
      inputs["x"]!.shape as [number, number, number, number],
      inputs["filter"]!.shape as [number, number, number, number],
      strides,
      dilations,
      pad,
      dimRoundingMode,
    );
    const { top, bottom, left, right } = padInfo;
    return original({
      ...call,
      attrs: {
        ...attrs,
        pad: [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
      },
    });
  },
}));
