import * as tf from "@tensorflow/tfjs-core";
import { callKernel, heapOf, offsetOf, release, share, type WasmBackend } from "./_wasm-backend.ts";

/**
 * The sum of the rows of a float32 tensor that is read as a matrix.
 *
 * XNNPACK's average pooling adds up to 1,024 rows at a time in 32 bits; what is left is added in 64 bits here.
 */
export function sumColumns(
  backend: WasmBackend,
  x: tf.TensorInfo,
  rows: number,
  columns: number,
): Float64Array<ArrayBuffer> {
  const pooled = largestPowerOfTwoIn(rows, 1024);
  if (pooled < 8 || columns < 4) return addRows(heapOf(backend), offsetOf(backend, x), rows, columns);
  const shaped = share(backend, x, [rows / pooled, pooled, 1, columns]);
  const means = callKernel(
    backend,
    tf.AvgPool,
    { x: shaped },
    { filterSize: [pooled, 1], strides: [1, 1], pad: "valid" },
  );
  let sums = addRows(heapOf(backend), offsetOf(backend, means), rows / pooled, columns);
  release(backend, shaped, means);
  // The pooling turns NaN into -Infinity.
  if (sums.includes(-Infinity)) sums = addRows(heapOf(backend), offsetOf(backend, x), rows, columns);
  // Exact: a power of two.
  else for (let c = 0; c < columns; c++) sums[c]! *= pooled;
  return sums;
}

/** The largest power of two, up to `limit`, that divides `value`. */
function largestPowerOfTwoIn(value: number, limit: number): number {
  let power = 1;
  while (power < limit && value % (2 * power) === 0) power *= 2;
  return power;
}

function addRows(heap: Float32Array, start: number, rows: number, columns: number): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(columns);
  let i = start;
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++, i++) sums[c]! += heap[i]!;
  }
  return sums;
}
