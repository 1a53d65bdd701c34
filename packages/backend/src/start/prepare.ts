import { platform } from "#platform";
import { checkGradients, checkOneCopy } from "./check-tensorflow.ts";

/**
 * Loads TensorFlow.js's gradients, and checks that all packages share one TensorFlow.js.
 *
 * @throws InputError when they do not
 */
export async function prepare(): Promise<void> {
  platform.checkCopies(["@tensorflow/tfjs-layers"], import.meta.url);
  checkOneCopy();
  await import("@tensorflow/tfjs-layers");
  checkGradients();
}
