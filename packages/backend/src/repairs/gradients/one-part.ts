import * as tf from "@tensorflow/tfjs-core";
import type { GradientRepair } from "../gradient-repair.ts";

const FAULT = "an error where there is one part only, such as one step of a recurrent layer";

/** Of `unstack`. */
export const unstack: GradientRepair = {
  fault: FAULT,
  kernelName: tf.Unpack,
  gradFunc(dys, _saved, attrs) {
    const { axis } = attrs as unknown as tf.UnpackAttrs;
    return { value: () => tf.stack([dys].flat(), axis) };
  },
};

/** Of `split`. */
export const split: GradientRepair = {
  fault: FAULT,
  kernelName: tf.SplitV,
  gradFunc(dys, _saved, attrs) {
    const { axis } = attrs as unknown as tf.SplitVAttrs;
    return { x: () => tf.concat([dys].flat(), axis) };
  },
};
