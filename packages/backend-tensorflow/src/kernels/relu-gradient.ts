import type { GradientPatch } from "@kwta/backend/kit";
import * as tf from "@tensorflow/tfjs-core";
import type { NodeBackend } from "../load/node-backend.ts";
import { execute } from "./shared/execute.ts";
import { currentSettings } from "./shared/settings.ts";

/** The gradient of ReLU in one op instead of three. */
export const reluGradient: GradientPatch = {
  kernelName: tf.Relu,
  // Ours cannot be differentiated once more.
  applies: ([x], recording) => x!.dtype === "float32" && !recording && currentSettings().native,
  gradient: (dy, [x]) => ({
    x: () => execute(tf.backend() as unknown as NodeBackend, "KwtaReluGradient", [dy, x!], 1)[0]!,
  }),
};
