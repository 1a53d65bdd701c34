import * as tf from "@tensorflow/tfjs-core";
import { allocate, heapOf, offsetOf, release, share, type WasmBackend, type WasmKernelPatch } from "./_wasm-backend.ts";

/**
 * Matrix products with transposed sides: TensorFlow.js runs them in plain loops, at a tenth of the speed of plain
 * products. Transposing first costs little.
 */
export const batchMatMul: WasmKernelPatch = {
  kernelName: tf.BatchMatMul,
  patch: (original) => (call) => {
    const { inputs, backend, attrs } = call;
    const { transposeA = false, transposeB = false } = attrs as { transposeA?: boolean; transposeB?: boolean };
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if ((!transposeA && !transposeB) || a.dtype !== "float32" || b.dtype !== "float32") return original(call);
    const left = transposeA ? transpose(backend, a) : share(backend, a, a.shape);
    const right = transposeB ? transpose(backend, b) : share(backend, b, b.shape);
    const attributes = { transposeA: false, transposeB: false };
    const product = original({ inputs: { a: left, b: right }, backend, attrs: attributes });
    release(backend, left, right);
    return product;
  },
};

/** Swaps the last two axes. */
function transpose(backend: WasmBackend, x: tf.TensorInfo): tf.TensorInfo {
  const rows = x.shape.at(-2)!;
  const columns = x.shape.at(-1)!;
  const result = allocate(backend, [...x.shape.slice(0, -2), columns, rows]);
  const heap = heapOf(backend);
  const size = rows * columns;
  const count = size === 0 ? 0 : tf.util.sizeFromShape(x.shape) / size;
  for (let i = 0; i < count; i++) {
    transposeMatrix(heap, offsetOf(backend, x) + i * size, offsetOf(backend, result) + i * size, rows, columns);
  }
  return result;
}

/** In tiles, so that the lines of both matrices are still in the cache when their next value is due. */
function transposeMatrix(heap: Float32Array, from: number, to: number, rows: number, columns: number): void {
  for (let top = 0; top < rows; top += TILE) {
    const bottom = Math.min(top + TILE, rows);
    for (let left = 0; left < columns; left += TILE) {
      const right = Math.min(left + TILE, columns);
      for (let c = left; c < right; c++) {
        for (let r = top; r < bottom; r++) heap[to + c * rows + r] = heap[from + r * columns + c]!;
      }
    }
  }
}

const TILE = 16;
