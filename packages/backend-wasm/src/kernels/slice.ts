import * as tf from "@tensorflow/tfjs-core";
import { allocate, copyRun, heapOf, offsetOf, type WasmKernelPatch } from "../host/wasm-backend.ts";

/**
 * `tf.slice`, which is also the gradient of padding, in the longest runs there are: TensorFlow.js copies the last axis,
 * a few channels at a time.
 */
export const slice: WasmKernelPatch = {
  kernelName: tf.Slice,
  patch: (original) => (call) => {
    const { inputs, backend, attrs } = call;
    const x = inputs["x"]!;
    if (x.dtype !== "float32" || x.shape.length === 0) return original(call);
    const { begin, size } = attrs as { begin: number | number[]; size: number | number[] };
    // The rules for a missing or negative size, and the check of both, as in every backend.
    const [start, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(x as tf.Tensor, start, shape);
    const out = allocate(backend, shape);
    if (tf.util.sizeFromShape(shape) === 0) return out;

    let axis = x.shape.length - 1;
    while (axis > 0 && shape[axis] === x.shape[axis]) axis--;
    const strides = [...tf.util.computeStrides([...x.shape]), 1];
    const run = shape[axis]! * strides[axis]!;
    const heap = heapOf(backend);
    const offset = offsetOf(backend, x) + start.reduce((sum, position, i) => sum + position * strides[i]!, 0);
    let to = offsetOf(backend, out);
    const copy = (depth: number, from: number): void => {
      if (depth === axis) {
        copyRun(heap, to, from, run);
        to += run;
      } else {
        for (let i = 0; i < shape[depth]!; i++) copy(depth + 1, from + i * strides[depth]!);
      }
    };
    copy(0, offset);
    return out;
  },
};
