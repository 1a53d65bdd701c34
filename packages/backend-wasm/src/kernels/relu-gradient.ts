import type { GradientPatch } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import { WHERE_POSITIVE } from "./elementwise.ts";

/** The gradient of ReLU in one kernel instead of three. */
export const reluGradient: GradientPatch = {
  kernelName: tf.Relu,
  // Ours cannot be differentiated once more.
  applies: ([x], recording) => x!.dtype === "float32" && !recording,
  gradient: (dy, [x]) => ({ x: () => tf.engine().runKernel(WHERE_POSITIVE, { dy, x: x! }) as tf.Tensor }),
};
