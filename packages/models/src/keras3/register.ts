import { serialization } from "@tensorflow/tfjs-core";
import { ACTIVATION_CLASSES } from "./activations.ts";
import { GRUResetAfter } from "./gru-reset-after.ts";
import { KeepDims } from "./keep-dims.ts";

/** Tells TensorFlow.js of what models of Keras 3 consist of besides its own layers, so that it finds it by name. */
export function registerKeras3(): void {
  for (const type of [...ACTIVATION_CLASSES, GRUResetAfter, KeepDims]) serialization.registerClass(type);
}
