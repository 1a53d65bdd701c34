// @ts-check
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cpu, startBackend } from "@kwta/backend";
import { tensorflow } from "@kwta/backend-tensorflow";
import { wasm } from "@kwta/backend-wasm";
import { webgpu } from "@kwta/backend-webgpu";
import { kwtaKernels } from "@kwta/op/kernels";
import * as tf from "@tensorflow/tfjs-core";
import { loadOnnxRuntime } from "./onnxruntime.mjs";

/** @typedef {{ version: string, finish: () => Promise<void> }} Started what was started, and how to wait for its work */

const BACKENDS = [tensorflow(), webgpu(), wasm(), cpu()];

/**
 * Starts TensorFlow.js by `@kwta/backend` with the kernels of `@kwta/op`, or as a person would who has neither; or ONNX Runtime,
 * beside which TensorFlow.js only makes inputs.
 *
 * @param {{ start: "kwta" | "as-shipped" | "without-kernels" | "onnxruntime", backend: string, threads: number }} settings
 * @returns {Promise<Started>}
 */
export async function startTfjs({ start, backend, threads }) {
  if (start === "as-shipped") return startAsShipped();
  if (start === "onnxruntime") return startOnnxRuntime();
  const { name, ...report } = await startBackend(BACKENDS, {
    backend,
    threads,
    kernels: start === "kwta" ? [kwtaKernels] : [],
  });
  if (report.threads !== threads) throw new Error(["It has one thread.", ...report.notes].join(" "));
  const finish = BACKENDS.find((each) => each.name === name)?.finish ?? done;
  return { version: `TensorFlow.js ${report.version}`, finish };
}

async function startAsShipped() {
  // Brings the gradients.
  await import("@tensorflow/tfjs-layers");
  const { setWasmPaths, version_wasm: version } = await import("@tensorflow/tfjs-backend-wasm");
  const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  setWasmPaths(join(folder, "dist/"));
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js could not start its wasm backend.");
  return { version: `TensorFlow.js ${version}`, finish: done };
}

async function startOnnxRuntime() {
  const { env } = loadOnnxRuntime();
  await startBackend(BACKENDS, { backend: "cpu", threads: 1, kernels: [kwtaKernels] });
  return { version: `ONNX Runtime ${env.versions.node}`, finish: done };
}

/** An operation is done when it returns. */
async function done() {}
