// @ts-check
import { prepareConvolution } from "./tfjs-conv3x3.mjs";
import { prepareResNet18 } from "./tfjs-network.mjs";
import { prepareOnnx } from "./onnxruntime.mjs";
/** @import { Prepared } from "../workers/tfjs.mjs" */

/**
 * @param {any} work
 * @returns {Prepared | Promise<Prepared>}
 */
export function prepare(work) {
  if (work.engine === "onnxruntime") return prepareOnnx(work);
  return work.kind === "conv3x3" ? prepareConvolution(work) : prepareResNet18(work);
}
