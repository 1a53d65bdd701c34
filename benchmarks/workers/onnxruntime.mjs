// @ts-check
import { createRequire } from "node:module";
import { join } from "node:path";

/** Where `npm install --ignore-scripts onnxruntime-node` was run: its 290 MB are not for everybody who works here. */
const FOLDER = process.env["KWTA_ONNXRUNTIME"] ?? "";

/** @returns {any} the module `onnxruntime-node` */
export function loadOnnxRuntime() {
  if (FOLDER === "") {
    throw new Error("Set KWTA_ONNXRUNTIME to a folder in which onnxruntime-node is installed.");
  }
  return createRequire(join(FOLDER, "package.json"))("onnxruntime-node");
}
