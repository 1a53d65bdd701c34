import * as tf from "@tensorflow/tfjs-core";
import { hostOf } from "../host/host-of.ts";
import { addressOf, upload, type KernelCall, type WasmKernelPatch } from "../host/wasm-backend.ts";
import { rowsOf, sumBlocks } from "./shared/rows.ts";

/** `tf.sum` over leading axes, such as all but the channels, without TensorFlow.js's transposition of the whole tensor. */
export const sum: WasmKernelPatch = {
  kernelName: tf.Sum,
  patch: (original) => (call) => reduceLeading(call, () => 1) ?? original(call),
};

/** `tf.mean` over leading axes, see {@link sum}. */
export const mean: WasmKernelPatch = {
  kernelName: tf.Mean,
  patch: (original) => (call) => reduceLeading(call, (rows) => 1 / rows) ?? original(call),
};

/** The sum over leading axes times a factor; undefined when these are others, which the kernel of TensorFlow.js does well. */
function reduceLeading(
  { inputs, backend, attrs }: KernelCall,
  factor: (rows: number) => number,
): tf.TensorInfo | undefined {
  const x = inputs["x"]!;
  const { axis, keepDims } = attrs as { axis: number | number[]; keepDims?: boolean };
  const axes = tf.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  const kept = x.shape.slice(axes.length);
  const columns = tf.util.sizeFromShape(kept);
  const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
  const leading = axes.length > 0 && axes.every((position, i) => position === i);
  if (x.dtype !== "float32" || !leading || columns === 1 || rows * columns === 0) return undefined;
  const [sums] = sumBlocks(hostOf(backend), "sumRows", rowsOf([rows, columns]), { x: addressOf(backend, x) });
  const scale = factor(rows);
  const shape = keepDims ? [...axes.map(() => 1), ...kept] : kept;
  return upload(
    backend,
    shape,
    sums!.map((value) => value * scale),
  );
}
