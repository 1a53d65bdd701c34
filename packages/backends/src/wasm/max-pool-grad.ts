import * as tf from "@tensorflow/tfjs-core";
import { heapOf, offsetOf, zeros, type WasmKernelPatch } from "./_wasm-backend.ts";

/**
 * The gradient of max pooling: dy goes to the largest value of its window, to the first of equal ones. That of TensorFlow.js
 * compares with the smallest positive number first, so that windows without a positive value send theirs to a wrong place.
 */
export const maxPoolGrad: WasmKernelPatch = {
  kernelName: tf.MaxPoolGrad,
  patch:
    () =>
    ({ inputs, backend, attrs }) => {
      const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolGradAttrs;
      const shape = input.shape as [number, number, number, number];
      const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
      const dx = zeros(backend, shape);
      const heap = heapOf(backend);
      const from = offsetOf(backend, input);
      const to = offsetOf(backend, dx);
      let dyIndex = offsetOf(backend, dy);
      for (let n = 0; n < info.batchSize; n++) {
        for (let row = 0; row < info.outHeight; row++) {
          const rows = windowOf(row, info.strideHeight, info.padInfo.top, info.filterHeight, info.inHeight);
          for (let column = 0; column < info.outWidth; column++) {
            const columns = windowOf(column, info.strideWidth, info.padInfo.left, info.filterWidth, info.inWidth);
            const sample = n * info.inHeight * info.inWidth;
            for (let c = 0; c < info.inChannels; c++, dyIndex++) {
              const offset = sample * info.inChannels + c;
              const place = largest(heap, from + offset, rows, columns, info.inWidth, info.inChannels) + offset;
              heap[to + place] = heap[to + place]! + heap[dyIndex]!;
            }
          }
        }
      }
      return dx;
    },
};

/** The positions, from the first up to but without the last, of one window along one axis. */
type Span = readonly [start: number, end: number];

function windowOf(position: number, stride: number, padding: number, size: number, limit: number): Span {
  const start = position * stride - padding;
  return [Math.max(0, start), Math.min(limit, start + size)];
}

/** Where, from `start` on, the largest value of a window is. */
function largest(heap: Float32Array, start: number, rows: Span, columns: Span, width: number, step: number): number {
  let best = (rows[0] * width + columns[0]) * step;
  for (let h = rows[0]; h < rows[1]; h++) {
    for (let w = columns[0]; w < columns[1]; w++) {
      const place = (h * width + w) * step;
      if (heap[start + place]! > heap[start + best]!) best = place;
    }
  }
  return best;
}
