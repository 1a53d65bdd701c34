import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { createRequire } from "node:module";
import { dirname } from "node:path";

/** Starts TensorFlow.js's own wasm backend on one thread. */
export async function startWasm(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${dirname(entry)}/`);
  setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("The wasm backend of TensorFlow.js does not start.");
}
