// @ts-check
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { startBackend } from "@kwta/backends/node";
import { typedArrayKernels } from "@kwta/op/kernels";
import { kwtaNativeKernels } from "@kwta/op/native";
import { kwtaWasmKernels } from "@kwta/op/wasm";
import { webgpuKernels } from "@kwta/op/webgpu";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Starts TensorFlow.js by `@kwta/backends` with the kernels of `@kwta/op`, or as a person would who has neither.
 *
 * @param {{ start: "kwta" | "as-shipped" | "without-kernels", backend: string, threads: number }} settings
 * @returns {Promise<string>} what was started
 */
export async function startEngine({ start, backend, threads }) {
  if (start === "as-shipped") return startAsShipped();
  const kernels = {
    kernels: typedArrayKernels,
    wasmKernels: [kwtaWasmKernels],
    nativeKernels: [kwtaNativeKernels],
    webgpuKernels,
  };
  const report = await startBackend({ backend, threads, ...(start === "kwta" ? kernels : {}) });
  if (report.threads !== threads) throw new Error(["It has one thread.", ...report.notes].join(" "));
  return `TensorFlow.js ${report.version}`;
}

async function startAsShipped() {
  // Brings the gradients.
  await import("@tensorflow/tfjs-layers");
  const { setWasmPaths, version_wasm: version } = await import("@tensorflow/tfjs-backend-wasm");
  const folder = dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json"));
  setWasmPaths(join(folder, "dist/"));
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js could not start its wasm backend.");
  return `TensorFlow.js ${version}`;
}
