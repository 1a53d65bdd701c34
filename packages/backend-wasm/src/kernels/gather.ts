import * as tf from "@tensorflow/tfjs-core";
import { allocate, copyRun, heapOf, offsetOf, type WasmKernelPatch } from "../host/wasm-backend.ts";

/**
 * `tf.gather` with batch dimensions: the indices of each batch choose among its own rows. TensorFlow.js's kernel takes rows of other
 * batches.
 */
export const gather: WasmKernelPatch = {
  kernelName: tf.GatherV2,
  patch: (original) => (call) => {
    const { inputs, backend, attrs } = call;
    const { x, indices } = inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const { axis, batchDims } = attrs as unknown as tf.GatherV2Attrs;
    if (!batchDims || x.dtype !== "float32") return original(call);
    const along = tf.util.parseAxisParam(axis, [...x.shape])[0]!;
    const { collectGatherOpShapeInfo } = tf.backend_util.segment_util;
    const g = collectGatherOpShapeInfo(x as tf.Tensor, indices as tf.Tensor, along, batchDims);
    const chosen = Int32Array.from(backend.typedArrayFromHeap(indices));
    checkIndices(chosen, g.dimSize);
    const picked = chosen.length / g.batchSize;
    const out = allocate(backend, g.outputShape);
    const heap = heapOf(backend);
    const from = offsetOf(backend, x);
    let to = offsetOf(backend, out);
    for (let batch = 0; batch < g.batchSize; batch++) {
      for (let outer = 0; outer < g.outerSize; outer++) {
        const first = (batch * g.outerSize + outer) * g.dimSize;
        for (let i = 0; i < picked; i++) {
          copyRun(heap, to, from + (first + chosen[batch * picked + i]!) * g.sliceSize, g.sliceSize);
          to += g.sliceSize;
        }
      }
    }
    return out;
  },
};

function checkIndices(indices: Int32Array, size: number): void {
  for (const index of indices) {
    tf.util.assert(index >= 0 && index < size, () => `GatherV2: the index value ${index} is not in [0, ${size - 1}]`);
  }
}
