import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

/** The sum in the other direction. */
export const cumsum: GradientRepair = {
  fault: "it is transposed once more where the axis is not the last one: wrong numbers, or an error",
  kernelName: tf.Cumsum,
  gradFunc(dy, _saved, attrs) {
    const { axis, exclusive, reverse } = attrs as unknown as tf.CumsumAttrs;
    return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
  },
};
