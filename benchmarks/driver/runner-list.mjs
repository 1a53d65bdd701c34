// @ts-check
/** @import { Runner } from "./types.ts" */

/**
 * Everything that can take part. Each is a process of its own: TensorFlow.js has one tensorflow backend, and PyTorch one
 * number of threads, per process.
 *
 * @type {Readonly<Record<string, Runner>>}
 */
export const RUNNERS = {
  "kwta-wasm-1t": { worker: "tfjs", settings: { start: "kwta", backend: "wasm", threads: 1 }, longestRun: 60 },
  "kwta-wasm-2t": { worker: "tfjs", settings: { start: "kwta", backend: "wasm", threads: 2 }, longestRun: 60 },
  "kwta-tensorflow-1t": {
    worker: "tfjs",
    settings: { start: "kwta", backend: "tensorflow", threads: 1 },
    longestRun: 60,
  },
  "kwta-tensorflow-2t": {
    worker: "tfjs",
    settings: { start: "kwta", backend: "tensorflow", threads: 2 },
    longestRun: 60,
  },
  "tfjs-wasm-1t": { worker: "tfjs", settings: { start: "as-shipped" }, longestRun: 60 },
  "kwta-webgpu": { worker: "tfjs", settings: { start: "kwta", backend: "webgpu", threads: 1 }, longestRun: 10 },
  "tfjs-webgpu": {
    worker: "tfjs",
    settings: { start: "without-kernels", backend: "webgpu", threads: 1 },
    longestRun: 10,
  },
  "kwta-cpu": { worker: "tfjs", settings: { start: "kwta", backend: "cpu", threads: 1 }, longestRun: 1 },
  "onnxruntime-1t": { worker: "tfjs", settings: { start: "onnxruntime" }, longestRun: 60 },
  "onnxruntime-2t": { worker: "tfjs", settings: { start: "onnxruntime" }, longestRun: 60 },
  "pytorch-1t": { worker: "pytorch", settings: { threads: 1 }, longestRun: 60 },
  "pytorch-2t": { worker: "pytorch", settings: { threads: 2 }, longestRun: 60 },
};
