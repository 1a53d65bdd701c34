import * as tf from "@tensorflow/tfjs-core";
import { heapOf, offsetOf, zeros, type WasmKernelPatch } from "../host/wasm-backend.ts";

/**
 * Sums of the rows of x that have the same segment id: the gradient of `tf.gather`, which TensorFlow.js lacks on wasm
 * (tfjs issue 8082). Rows whose id is not a segment are left out.
 */
export const unsortedSegmentSum: WasmKernelPatch = {
  kernelName: tf.UnsortedSegmentSum,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo };
      const segments = attrs["numSegments"] as number;
      const ids = Int32Array.from(backend.typedArrayFromHeap(segmentIds));
      const rest = x.shape.slice(segmentIds.shape.length);
      const row = tf.util.sizeFromShape(rest);
      const out = zeros(backend, [segments, ...rest]);
      const heap = heapOf(backend);
      const to = offsetOf(backend, out);
      let from = offsetOf(backend, x);
      for (const id of ids) {
        if (id >= 0 && id < segments) for (let i = 0; i < row; i++) heap[to + id * row + i]! += heap[from + i]!;
        from += row;
      }
      return out;
    },
};
