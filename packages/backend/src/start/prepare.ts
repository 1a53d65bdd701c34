import { platform } from "#platform";
import { repairCore } from "../repairs/index.ts";
import { registerChainedOps } from "./chained-ops.ts";
import { checkGradients, checkOneCopy } from "./check-tensorflow.ts";

/**
 * Loads TensorFlow.js's gradients and puts right those that are wrong, registers the methods of tensors that its packages call, and
 * checks that all packages share one TensorFlow.js.
 *
 * @throws InputError when they do not
 */
export async function prepare(): Promise<void> {
  platform.checkCopies(["@tensorflow/tfjs-layers"], import.meta.url);
  checkOneCopy();
  await import("@tensorflow/tfjs-layers");
  checkGradients();
  registerChainedOps();
  repairCore();
}
